
// Which articles are shown, and in which order.

/** Everything of an article that is searched, folded once. */
function wordsOf(article) {
  const { title, original, summary, section = [], outlet, names = [] } = article;
  article.words ??= ` ${folded([title, original, summary, outlet, ...section, ...names].filter((text) => text).join(' '))}`;
  return article.words;
}

const numberOf = (day) => Number(day.replaceAll('-', ''));

/** The days that the state asks for; `none` are articles without one. */
function range({ from, to }) {
  if (from === 'none') return { undated: true };
  return { first: from ? numberOf(from) : 0, last: to ? numberOf(to) : Infinity, all: !from && !to };
}

/** Whether a part can have articles of the days that the state asks for. */
export function mayHave({ newest, oldest }, state) {
  const { undated, first, last, all } = range(state);
  if (newest === null) return undated || all;
  return !undated && first <= newest && oldest <= last;
}

/** Tells of an article whether it is asked for. */
export function selector(state) {
  const wanted = patterns(state.q);
  const { undated, first, last, all } = range(state);
  const { section, outlet, flag } = state;
  const isOfDays = ({ day }) => (day ? !undated && first <= day && day <= last : undated || all);
  const isMarked = ({ flags = [] }) => {
    if (flag === 'any') return flags.length > 0;
    return flag === 'none' ? flags.length === 0 : flags.some(([name]) => name === flag);
  };
  return (article) => isOfDays(article)
    && (!section || article.section?.[0] === section)
    && (!outlet || article.outlet === outlet)
    && (!flag || isMarked(article))
    && wanted.every((pattern) => pattern.test(wordsOf(article)));
}

const marksOf = ({ flags = [] }) => flags.reduce((sum, [, sentences]) => sum + sentences, 0);
const titleOf = ({ title, id }) => title?.trim() || id;
const letters = new Intl.Collator('en', { numeric: true, ignorePunctuation: true });
const oldestFirst = (a, b) => (a.day ?? Infinity) - (b.day ?? Infinity) || a.place - b.place;

const ORDERS = {
  // Articles without a date are neither first nor last: they come after the others.
  oldest: (a, b) => (a.day === b.day ? a.place - b.place : oldestFirst(a, b)),
  title: (a, b) => letters.compare(titleOf(a), titleOf(b)) || a.place - b.place,
  marks: (a, b) => marksOf(b) - marksOf(a) || a.place - b.place,
};

/** Articles, which come with the newest first, in the order that is asked for. */
export const sorted = (articles, { sort }) => (ORDERS[sort] ? articles.sort(ORDERS[sort]) : articles);

/** Whether days are told by headings: where the articles of a day follow one another. */
export const isByDay = ({ sort }) => sort !== 'title' && sort !== 'marks';
