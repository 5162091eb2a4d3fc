// A sentence of a document as reports show it: without its bullet, the words marked that findings are about.

import { clean, el, indexOfByte } from './dom.js';
import { said, tone } from './checks.js';

const BULLETS = ['-', '–', '—', '•', '·', '*', '▪', '●', '◦', '‣'];

/** Where the text begins behind an item's own bullet or dash, and whether a bullet belongs before it. */
function afterBullet(text) {
  const space = text.indexOf(' ');
  if (space < 0) return { from: 0, bullet: true };
  const marker = text.slice(0, space);
  if (BULLETS.includes(marker)) {
    const rest = text.slice(space);
    return { from: space + rest.length - rest.trimStart().length, bullet: true };
  }
  return { from: 0, bullet: !/^\d{1,9}[.)]$/.test(marker) };
}

// So that no sentence vanishes from what is read.
const untranslated = (sentence) => `[not translated: ${sentence.source.trim()}]`;

/** One side of a sentence: its nodes, and whether a bullet belongs before it. */
export function sideOf(sentence, side, beginsItem) {
  const whole = sentence[side];
  if (side === 'target' && whole.trim() === '') {
    return { nodes: [clean(untranslated(sentence))], bullet: beginsItem };
  }
  const start = whole.length - whole.trimStart().length;
  const item = beginsItem ? afterBullet(whole.slice(start)) : { from: 0, bullet: false };
  return { nodes: marked(whole, start + item.from, side, sentence.findings), bullet: item.bullet };
}

/** The text of a sentence's side without a bullet of its own. */
export function plain(sentence, side, beginsItem) {
  const text = sentence[side].trim() || untranslated(sentence);
  return clean(beginsItem ? text.slice(afterBullet(text).from) : text);
}

/** `whole` from an index on, with the words marked that `findings` are about; each tells why on hovering. */
export function marked(whole, from, side, findings = []) {
  const spans = findings.filter((finding) => !finding.repaired && finding.span?.[side]);
  const nodes = [];
  let shown = from;
  if (spans.length > 0) {
    const index = indexOfByte(whole);
    const places = spans.map((finding) => ({ finding, start: index(finding.span[side][0]), end: index(finding.span[side][1]) }));
    places.sort((a, b) => a.start - b.start);
    for (const { finding, start, end } of places) {
      // Words that overlap those before them are not marked again; bytes within a character are no place.
      if (!(start >= shown && end > start)) continue;
      const attributes = { class: `words ${tone(finding.check)}`, title: clean(said(finding)) };
      nodes.push(clean(whole.slice(shown, start)), el('mark', attributes, clean(whole.slice(start, end))));
      shown = end;
    }
  }
  nodes.push(clean(whole.slice(shown)).trimEnd());
  return nodes;
}
