// A finished article, as the HTML report shows it: head, summary, index of marks, sentence pairs, names, and how it
// was made. Its classes are those of the report's style sheet.

import { clean, el } from './dom.js';
import { marksOf, meaningOf, nameOf, reasons, tone } from './checks.js';
import { marked, sideOf } from './sentence.js';
import { has, t } from './texts.js';

const MAX_LINKS = 12;
const RIGHT_TO_LEFT = ['Arab', 'Hebr', 'Tfng'];
// NLLB's codes of the press's languages and the tags browsers know them by, in the script each is usually written in.
const TAGS = {
  azj_Latn: 'az', bak_Cyrl: 'ba', eng_Latn: 'en', kaz_Cyrl: 'kk', khk_Cyrl: 'mn', kir_Cyrl: 'ky', rus_Cyrl: 'ru',
  tat_Cyrl: 'tt', tgk_Cyrl: 'tg', tuk_Latn: 'tk', tur_Latn: 'tr', uig_Arab: 'ug', ukr_Cyrl: 'uk', uzn_Latn: 'uz',
  zho_Hans: 'zh', deu_Latn: 'de',
};

function language(code) {
  const tag = TAGS[code];
  const name = tag && has(`language.${tag}`) ? t(`language.${tag}`) : code;
  return { tag: tag ?? code.replace('_', '-'), name, dir: RIGHT_TO_LEFT.includes(code.split('_')[1]) ? 'rtl' : null };
}

/** The markup of a document; its ids begin with `key`. */
export function documentView(document, heading, key) {
  const view = {
    document,
    key,
    source: language(document.languages.source),
    target: language(document.languages.target),
    marks: marksOf(document),
  };
  const article = el('article', { id: key, class: 'result' });
  article.append(head(view, heading), overview(view), text(view), ...names(view), made(view));
  return article;
}

const spotId = (key, spot) => `${key}-${spot}`;
const spotName = (spot) => (typeof spot === 'number' ? String(spot) : t(`spot.${spot}`));

function flags({ key }, list = [], findings = []) {
  return list.flatMap((check) => {
    const why = reasons(check, findings).join('; ') || meaningOf(check);
    const attributes = { class: `mark ${tone(check)}`, href: `#${key}-mark-${check}`, title: clean(why) };
    return [' ', el('a', attributes, clean(nameOf(check)))];
  });
}

function why(list = [], findings = [], shown = '') {
  const items = list
    .map((check) => [check, reasons(check, findings).join('; ')])
    .filter(([, words]) => words)
    .map(([check, words]) => el('li', {}, clean(`${nameOf(check)}: ${words}`)));
  return items.length > 0 && el('ul', { class: `why ${shown}` }, items);
}

function head(view, heading) {
  const { document, key, source, target } = view;
  const { title, metadata } = document;
  const element = el('header', { id: spotId(key, 'title'), class: 'pair-less', tabindex: '-1' });
  if (title) {
    const english = title.target.trim() ? marked(title.target, 0, 'target', title.findings) : [clean(heading)];
    element.append(
      el('h1', { lang: target.tag }, english, flags(view, title.flags, title.findings)),
      el('p', { class: 'original', lang: source.tag, dir: source.dir, translate: 'no' }, marked(title.source, 0, 'source', title.findings)),
    );
    element.append(why(title.flags, title.findings, 'open') || '');
  } else {
    element.append(el('h1', {}, clean(heading)));
  }
  const facts = [
    document.languages.source.startsWith('kaz_') ? null : t('fact.from', { language: source.name }),
    metadata.date && clean(metadata.date),
    metadata.section && [
      el('span', { lang: target.tag }, clean(metadata.section.target)),
      ' ',
      el('span', { class: 'also', lang: source.tag }, clean(metadata.section.source)),
    ],
    metadata.author && clean(metadata.author),
    metadata.origin && clean(metadata.origin),
    typeof metadata.views === 'number' && t('fact.views', { n: metadata.views }),
  ].filter(Boolean);
  element.append(el('ul', { class: 'facts' }, facts.map((fact) => el('li', {}, fact))));
  return element;
}

function overview(view) {
  return el('div', { class: 'overview' }, summary(view), index(view));
}

function summary(view) {
  const { document, key, target } = view;
  if (!document.summary) return null;
  const { findings, flags: list, method, target: words } = document.summary;
  return el(
    'section',
    { class: 'summary', id: spotId(key, 'summary'), tabindex: '-1' },
    el('h2', {}, t('summary.heading')),
    el('p', { lang: target.tag }, marked(words, 0, 'target', findings), flags(view, list, findings)),
    why(list, findings, 'open'),
    el('p', { class: 'how' }, has(`summary.${method}`) ? t(`summary.${method}`) : clean(method)),
  );
}

function index({ key, marks }) {
  const section = el('section', { class: 'index' }, el('h2', {}, t('marks.heading')));
  if (marks.checks.length === 0) {
    section.append(el('p', {}, t('marks.none')));
    return section;
  }
  const spots = (list) => list.flatMap((spot, position) => [
    position > 0 && ', ',
    el('a', { href: `#${spotId(key, spot)}` }, spotName(spot)),
  ]);
  section.append(
    el('p', {}, `${t('marks.count', { n: marks.marked })}; ${t('marks.sentences', { n: marks.sentences })}`),
    el('dl', {}, marks.checks.flatMap(([check, list]) => [
      el('dt', { id: `${key}-mark-${check}`, tabindex: '-1' }, el('span', { class: `mark ${tone(check)}` }, nameOf(check))),
      el('dd', {}, meaningOf(check), ' ', el('span', { class: 'spots' }, spots(list))),
    ])),
  );
  return section;
}

function text(view) {
  const { document, key, source, target } = view;
  const radio = (name, label, chosen) => el(
    'label',
    {},
    el('input', { class: name, type: 'radio', name: `${key}-view`, checked: chosen }),
    el('span', {}, label),
  );
  let number = 0;
  const paragraph = ({ kind, sentences }) => el(
    'div',
    { class: `paragraph ${clean(kind)}` },
    kind === 'caption' && el('p', { class: 'label' }, t('text.caption')),
    sentences.flatMap((sentence, position) => {
      number += 1;
      return [pair(view, sentence, number, kind, position === 0), ' '];
    }),
  );
  return el(
    'section',
    { class: 'pairs' },
    el(
      'div',
      { class: 'bar' },
      el('h2', {}, t('text.heading')),
      el('fieldset', { class: 'views' }, el('legend', {}, t('text.show')),
        radio('both', t('text.both'), true), radio('target', target.name), radio('source', t('text.original'))),
    ),
    el('div', { class: 'columns', 'aria-hidden': 'true' }, el('span', { class: 'source' }, source.name), el('span', { class: 'target' }, target.name)),
    document.paragraphs.map(paragraph),
  );
}

function pair(view, sentence, number, kind, first) {
  const { key, source, target } = view;
  const other = sentence.language ? language(sentence.language) : null;
  const own = other ?? source;
  const beginsItem = kind === 'list' && first;
  const english = sideOf(sentence, 'target', beginsItem);
  const original = sideOf(sentence, 'source', beginsItem);
  const id = spotId(key, number);
  return el(
    'div',
    { class: 'pair', id, tabindex: '-1' },
    el('a', { class: 'number', href: `#${id}`, 'aria-label': t('text.sentence', { n: number }) }, String(number)),
    el(
      kind === 'heading' ? 'h3' : 'p',
      { class: english.bullet ? 'target bullet' : 'target', lang: target.tag },
      el('span', {}, english.nodes, flags(view, sentence.flags, sentence.findings)),
    ),
    el(
      'p',
      { class: original.bullet ? 'source bullet' : 'source', lang: own.tag, dir: own.dir, translate: 'no' },
      el('span', {}, original.nodes),
      other && [' ', el('span', { class: 'language', lang: interfaceLanguage() }, other.name)],
    ),
    why(sentence.flags, sentence.findings),
  );
}

const interfaceLanguage = () => document.documentElement.lang;

function names({ document, key, source }) {
  const list = document.names ?? [];
  if (list.length === 0) return [];
  const several = list.filter((name) => name.variants.length > 0).length;
  const columns = ['source', 'target', 'variants', 'standard', 'usual', 'kind', 'sentences'];
  const cell = (words) => el('td', { translate: 'no' }, words && clean(words));
  const links = (numbers) => numbers.slice(0, MAX_LINKS).flatMap((number) => {
    const spot = number === 0 ? 'title' : number;
    return [el('a', { href: `#${spotId(key, spot)}` }, spotName(spot)), ' '];
  });
  const row = (name) => el(
    'tr',
    { class: name.variants.length > 0 && 'several' },
    el('th', { scope: 'row', lang: source.tag, translate: 'no' }, clean(name.source)),
    cell(name.target),
    el('td', { translate: 'no' }, name.variants.flatMap((variant, position) => [
      position > 0 && ', ',
      el('mark', { class: 'words notable' }, clean(variant)),
    ])),
    cell(name.standard),
    cell(name.usual),
    el('td', {}, has(`kind.${name.kind}`) ? t(`kind.${name.kind}`) : clean(name.kind)),
    el('td', {}, links(name.sentences), name.sentences.length > MAX_LINKS && '…'),
  );
  const panel = el(
    'details',
    { open: several > 0 },
    el('summary', {}, el('h2', {}, t('names.heading', { n: list.length })),
      several > 0 && [' ', el('span', { class: 'mark notable' }, t('names.several', { n: several }))]),
    el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': t('names.heading', { n: list.length }) },
      el('table', {},
        el('thead', {}, el('tr', {}, columns.map((column) => el('th', { scope: 'col' }, t(`names.${column}`))))),
        el('tbody', {}, list.map(row)))),
  );
  return [el('section', { class: 'names' }, panel)];
}

function made({ document }) {
  const { input, models, metadata } = document;
  const fact = (name, value) => (value ? [el('dt', {}, t(name)), el('dd', {}, clean(value))] : []);
  return el(
    'footer',
    {},
    el('details', {},
      el('summary', {}, el('h2', {}, t('made.heading'))),
      el('dl', {},
        fact('made.translation', models.translation),
        fact('made.summary', models.summary),
        fact('made.input', `${input.path} (${input.format}, ${input.encoding})`),
        fact('made.digest', input.sha256),
        fact('made.lines', metadata.lines.join(' · ')))),
  );
}
