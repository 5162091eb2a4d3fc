// What failed checks say to a reader, and how grave they are, as reports show it.

import { has, t } from './texts.js';

const TONES = {
  empty: 'broken',
  truncated: 'broken',
  repetition: 'broken',
  untranslated: 'broken',
  numbers: 'doubtful',
  links: 'doubtful',
  length: 'doubtful',
  damaged: 'doubtful',
  glossary: 'doubtful',
  names: 'notable',
  quotes: 'notable',
};
const ORDER = ['broken', 'doubtful', 'notable'];

/** The class of a check's marks. */
export const tone = (check) => TONES[check] ?? 'notable';

/**
 * The marks of a document: `sentences` and `marked` are numbers, `checks` pairs of a check and its spots, the gravest
 * first. A spot is 'title', 'summary', or a sentence's number.
 */
export function marksOf(document) {
  const checks = new Map();
  let marked = 0;
  let sentences = 0;
  const add = (spot, flags = []) => {
    marked += flags.length > 0 ? 1 : 0;
    for (const flag of flags) checks.set(flag, [...(checks.get(flag) ?? []), spot]);
  };
  add('title', document.title?.flags);
  add('summary', document.summary?.flags);
  for (const sentence of document.paragraphs.flatMap((paragraph) => paragraph.sentences)) {
    sentences += 1;
    add(sentences, sentence.flags);
  }
  const grave = ([check]) => ORDER.indexOf(tone(check));
  return { sentences, marked, checks: [...checks].sort((a, b) => grave(a) - grave(b)) };
}

/** The name of a check, and what its failure means. */
export const nameOf = (check) => (has(`check.${check}`) ? t(`check.${check}`) : check);
export const meaningOf = (check) => (has(`meaning.${check}`) ? t(`meaning.${check}`) : nameOf(check));

// The server's findings are in English; the frequent ones are put into the page's language, the others stay.
const SAID = [
  [/^“(.+)” (?:has no counterpart in|is not in) the translation$/s, 'said.lost'],
  [/^“(.+)” (?:has no counterpart in|is not in) the source$/s, 'said.added'],
  [/^“(.+)” stands more often than in the source$/s, 'said.more'],
  [/^“(.+)” has no translation$/s, 'said.untranslated'],
  [/^“(.+)” is not written in Latin letters$/s, 'said.letters'],
  [/^the source does not name “(.+)”$/s, 'said.unnamed'],
  [/^the translation breaks off after “(.+)”$/s, 'said.broken'],
];

/** What a finding says. */
export function said({ message }) {
  for (const [pattern, key] of SAID) {
    const words = message.match(pattern)?.[1];
    if (words) return t(key, { words });
  }
  return message;
}

/** What a check saw. */
export function reasons(check, findings = []) {
  return findings.filter((finding) => finding.check === check && !finding.repaired).map(said);
}
