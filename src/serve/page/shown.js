// The chosen article: what becomes of it, and then its result.

import { byId, clean, el } from './dom.js';
import { documentView } from './document.js';
import { copyBoth, copyEnglish, download } from './take.js';
import { duration, has, t } from './texts.js';

const FORMATS = ['html', 'docx', 'txt', 'json'];

/** The beginning of the ids in an article's result. */
export const keyOf = (article) => `a${article.number}`;

/** The heading of an article: its English title as soon as there is one. */
export const headingOf = (article) => clean(article.document?.title?.target?.trim() || article.name);

/** What becomes of an article, in a few words. */
export function stateOf(article) {
  const { state, sentences, done, left, retryAt } = article;
  if (state === 'busy') {
    const seconds = Math.max(1, Math.ceil((retryAt - Date.now()) / 1000));
    return t(`state.${article.failure.kind}`, { time: duration(seconds) });
  }
  if (state !== 'running' || !sentences) return t(state === 'running' ? 'state.reading' : `state.${state}`);
  if (done >= sentences) return t('state.summary');
  const progress = t('state.running', { done: done ?? 0, n: sentences });
  return left === null || left === undefined ? progress : `${progress}, ${t('state.left', { time: duration(left) })}`;
}

/** A bar of how much is done; one without an end where that is not known. */
export function bar(article) {
  const { state, sentences, done } = article;
  const known = state === 'running' && sentences;
  return el('progress', {
    'aria-label': t('state.progress', { name: article.name }),
    max: known ? sentences : 1,
    value: known ? done ?? 0 : state === 'running' ? null : 0,
  });
}

/** Shows an article; `actions` are `retry` and `remove`. */
export function show(article, actions) {
  const place = byId('shown');
  place.replaceChildren();
  if (article.state === 'done') {
    place.append(tools(article, actions), documentView(article.document, article.name, keyOf(article)));
    place.querySelector('h1').setAttribute('tabindex', '-1');
    return;
  }
  place.append(
    el('h1', { tabindex: '-1' }, clean(article.name)),
    el('div', { class: 'card progress', id: 'progress' }),
  );
  update(article, actions);
}

/** Brings the progress of the article that is shown up to date. */
export function update(article, actions) {
  const card = byId('progress');
  if (!card) return;
  // Its buttons stay as long as the state does, and with them the focus.
  const key = `${article.state} ${article.failure?.kind ?? ''}`;
  if (card.dataset.state !== key) {
    card.dataset.state = key;
    card.replaceChildren(...(article.state === 'failed' ? failed(article, actions) : working(article, actions)));
  }
  const line = card.querySelector('.state');
  if (line) line.textContent = stateOf(article);
  card.querySelector('progress')?.replaceWith(bar(article));
}

function working(article, actions) {
  return [
    el('p', { class: 'state' }),
    bar(article),
    el('div', { class: 'send' },
      article.state === 'busy' && el('button', { type: 'button', class: 'primary', onclick: () => actions.retry(article) }, t('action.now')),
      el('button', { type: 'button', onclick: () => actions.remove(article) }, t('action.cancel'))),
  ];
}

function failed(article, actions) {
  const { kind, message, reason } = article.failure;
  // In words of the page's language where there are some.
  const own = reason && has(`unread.${reason}`) ? t(`unread.${reason}`) : null;
  const words = own ?? (has(`error.${kind}`) ? t(`error.${kind}`) : t('error.server'));
  return [
    el('p', { class: 'mark broken' }, t('state.failed')),
    el('p', { class: 'why-failed' }, words),
    message && !own && el('p', { class: 'said', lang: 'en' }, clean(message)),
    el('div', { class: 'send' },
      article.body && el('button', { type: 'button', class: 'primary', onclick: () => actions.retry(article) }, t('action.retry')),
      el('button', { type: 'button', onclick: () => actions.remove(article) }, t('action.remove'))),
  ].filter(Boolean);
}

function tools(article, actions) {
  const told = el('span', { class: 'told', role: 'status' });
  const act = async (work, words) => {
    try {
      await work();
      told.textContent = words ?? '';
    } catch (error) {
      told.textContent = t(has(`error.${error.kind}`) ? `error.${error.kind}` : 'error.copy');
    }
  };
  const button = (label, work, words) => el('button', { type: 'button', onclick: () => act(work, words) }, label);
  return el(
    'div',
    { class: 'tools' },
    el('div', { class: 'group', role: 'group', 'aria-label': t('tools.copy') },
      button(t('tools.english'), () => copyEnglish(article.document), t('tools.copied')),
      button(t('tools.both'), () => copyBoth(article.document), t('tools.copied'))),
    el('div', { class: 'group', role: 'group', 'aria-labelledby': 'download-label' },
      el('span', { class: 'group-label', id: 'download-label' }, t('tools.download')),
      FORMATS.map((format) => button(t(`format.${format}`), () => download(article, format), t('tools.saved')))),
    button(t('tools.print'), () => window.print()),
    el('button', { type: 'button', class: 'quiet', onclick: () => actions.remove(article) }, t('action.remove')),
    told,
  );
}
