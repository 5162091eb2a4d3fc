// The interface's texts. The choice of a language is the only thing that the page stores.

const LANGUAGES = ['kk', 'ru', 'en'];
const STORED = 'audarma.language';

let texts = {};
let plural = new Intl.PluralRules('en');
let figures = new Intl.NumberFormat('en');

/** The language chosen here before, or the first of the browser's that there is. */
export function preferred() {
  const wanted = [stored(), ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())];
  return wanted.find((language) => LANGUAGES.includes(language)) ?? 'en';
}

/** Loads a language and puts it into the page's fixed parts. */
export async function use(language) {
  const answer = await fetch(`page/${language}.json`);
  texts = await answer.json();
  plural = new Intl.PluralRules(language);
  figures = new Intl.NumberFormat(language);
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = t(element.dataset.text);
  for (const element of document.querySelectorAll('[data-placeholder]')) {
    element.setAttribute('placeholder', t(element.dataset.placeholder));
  }
}

/** Remembers the choice; a browser that stores nothing asks again next time. */
export function remember(language) {
  try {
    localStorage.setItem(STORED, language);
  } catch {
    // Storage is switched off.
  }
}

function stored() {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

/** The text of a key, `{name}` replaced by the values; `n` chooses among the forms of a plural. */
export function t(key, values = {}) {
  let text = texts[key] ?? key;
  if (typeof text === 'object') text = text[plural.select(values.n ?? 0)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? shown(values[name]) : whole));
}

/** Whether there is such a text. */
export const has = (key) => key in texts;

const shown = (value) => (typeof value === 'number' ? figures.format(value) : value);

/** A duration in words, rounded as befits an estimate. */
export function duration(seconds) {
  if (seconds < 50) return t('time.seconds', { n: Math.max(5, Math.ceil(seconds / 5) * 5) });
  if (seconds < 3570) return t('time.minutes', { n: Math.max(1, Math.round(seconds / 60)) });
  return t('time.hours', { n: Math.round(seconds / 3600) });
}
