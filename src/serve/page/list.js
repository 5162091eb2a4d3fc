// The list of this session's articles.

import { byId, clean, el } from './dom.js';
import { isFinished } from './articles.js';
import { marksOf } from './checks.js';
import { bar, headingOf, stateOf } from './shown.js';
import { t } from './texts.js';

const items = new Map();

/** Brings an article's entry up to date, or takes it out. */
export function refresh(article, chosen, choose) {
  let item = items.get(article);
  if (article.removed) {
    item?.remove();
    items.delete(article);
  } else if (!item) {
    const button = el('button', { type: 'button', onclick: () => choose(article) });
    item = el('li', {}, button);
    items.set(article, item);
    byId('list').append(item);
  }
  if (!article.removed) fill(item, article);
  mark(chosen);
  byId('queue').hidden = items.size === 0;
}

function fill(item, article) {
  const state = el('span', { class: `state ${article.state}` }, line(article));
  item.firstChild.replaceChildren(el('span', { class: 'name', lang: article.document?.title ? 'en' : null }, headingOf(article)), state);
  item.querySelector('progress')?.remove();
  if (!isFinished(article)) item.append(bar(article));
}

function line(article) {
  if (article.state !== 'done') return stateOf(article);
  const { marked } = marksOf(article.document);
  const words = marked > 0 ? t('list.marked', { n: marked }) : t('state.done');
  return article.document.title ? `${words} · ${clean(article.name)}` : words;
}

/** Shows which article is chosen; none where `chosen` is null. */
export function mark(chosen) {
  for (const [article, item] of items) {
    if (article === chosen) item.firstChild.setAttribute('aria-current', 'true');
    else item.firstChild.removeAttribute('aria-current');
  }
}
