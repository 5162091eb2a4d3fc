// The page: its forms, what is shown, the language, the key.

import * as api from './api.js';
import { Articles, isFinished } from './articles.js';
import { announce, byId, clean } from './dom.js';
import * as list from './list.js';
import { headingOf, keyOf, show, update } from './shown.js';
import { duration, preferred, remember, t, use } from './texts.js';

const MAX_NAME = 60;

const articles = new Articles();
let chosen = null;
let offered = {};

const actions = {
  retry: (article) => (needsKey() ? askKey(() => articles.retry(article)) : articles.retry(article)),
  remove(article) {
    const position = articles.all.indexOf(article);
    articles.remove(article);
    const next = articles.all[Math.min(position, articles.all.length - 1)];
    if (chosen !== article) return;
    if (next) choose(next);
    else compose();
  },
};

articles.addEventListener('change', ({ detail: article }) => {
  list.refresh(article, chosen, (wanted) => choose(wanted));
  if (article === chosen && !article.removed) {
    if (article.state !== 'done') update(article, actions);
    else if (byId('progress')) finish(article);
  }
  tell(article);
  const finished = articles.all.filter(isFinished).length;
  const total = articles.all.length;
  document.title = finished < total ? `${t('title.progress', { done: finished, n: total })} · audarma` : 'audarma';
});

// The chosen article's result takes the place of its progress; the focus stays in it if it was there.
function finish(article) {
  const focused = byId('shown').contains(document.activeElement);
  show(article, actions);
  if (focused) byId('shown').querySelector('h1').focus();
}

const told = new WeakMap();

function tell(article) {
  const { state } = article;
  if (article.removed || told.get(article) === state) return;
  told.set(article, state);
  const words = { done: 'told.done', failed: 'told.failed', busy: 'told.busy', running: 'told.running' }[state];
  if (words) announce(t(words, { name: headingOf(article) }));
  if (state === 'failed' && article.failure.kind === 'key' && article.body) askKey(() => articles.retry(article));
}

function choose(article, focus = true) {
  chosen = article;
  byId('compose').hidden = true;
  byId('shown').hidden = false;
  show(article, actions);
  list.mark(article);
  if (focus) byId('shown').querySelector('h1').focus({ preventScroll: true });
  window.scrollTo({ top: 0 });
}

function compose(focus = true) {
  chosen = null;
  byId('shown').hidden = true;
  byId('shown').replaceChildren();
  byId('compose').hidden = false;
  list.mark(null);
  if (focus) byId('text').focus();
}

// Sending

function send(entries) {
  if (needsKey()) return askKey(() => send(entries));
  const added = entries.map(([name, body]) => {
    const large = body.file && offered.maxUpload && body.file.size > offered.maxUpload;
    return large ? articles.addFailed(name, { kind: 'large', message: '' }) : articles.add(name, body);
  });
  if (added.length > 0) choose(added[0]);
  return undefined;
}

const sendFiles = (files) => send([...files].map((file) => [file.name, { file }]));

function problem(id, key) {
  byId(`${id}-error`).textContent = key ? t(key) : '';
}

byId('paste').addEventListener('submit', (event) => {
  event.preventDefault();
  const field = byId('text');
  const text = field.value.trim();
  problem('paste', text ? null : 'error.empty');
  if (!text) return field.focus();
  field.value = '';
  return send([[nameOf(text), { text }]]);
});

byId('text').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) byId('paste').requestSubmit();
});

byId('address').addEventListener('submit', (event) => {
  event.preventDefault();
  const field = byId('url');
  const url = field.value.trim();
  const sound = /^https?:\/\/[^\s/]+/i.test(url) && URL.canParse(url);
  problem('address', sound ? null : 'error.address');
  if (!sound) return field.focus();
  field.value = '';
  // Names of hosts in other alphabets have a form for requests, which browsers know.
  return send([[url.slice(0, 200), { url: new URL(url).href }]]);
});

byId('choose').addEventListener('click', () => byId('files').click());
byId('files').addEventListener('change', ({ target }) => {
  sendFiles(target.files);
  target.value = '';
});
byId('new').addEventListener('click', () => compose());

/** The beginning of a pasted text, as its name in the list. */
function nameOf(text) {
  const line = clean(text.split('\n', 1)[0]).trim();
  const characters = [...line];
  return characters.length > MAX_NAME ? `${characters.slice(0, MAX_NAME).join('').trimEnd()}…` : line;
}

// Files dropped anywhere; text dropped into the field is the browser's own matter.

const hasFiles = (event) => event.dataTransfer?.types.includes('Files');
let over = 0;

function dropping(change) {
  over = Math.max(0, over + change);
  byId('drop').hidden = over === 0;
}

document.addEventListener('dragenter', (event) => hasFiles(event) && dropping(1));
document.addEventListener('dragleave', (event) => hasFiles(event) && dropping(-1));
document.addEventListener('dragover', (event) => hasFiles(event) && event.preventDefault());
document.addEventListener('drop', (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  dropping(-over);
  const items = [...event.dataTransfer.items].filter((item) => item.kind === 'file');
  const folders = items.filter((item) => item.webkitGetAsEntry?.()?.isDirectory);
  const files = items.filter((item) => !folders.includes(item)).map((item) => item.getAsFile()).filter(Boolean);
  if (files.length > 0) sendFiles(files);
  else if (folders.length > 0) {
    compose();
    problem('paste', 'error.folder');
  }
});

// The key

const needsKey = () => offered.keyRequired && !api.hasKey();
let waiting = [];

function askKey(then) {
  waiting.push(then);
  const dialog = byId('key');
  if (dialog.open) return;
  byId('key-why').textContent = t(api.hasKey() ? 'key.wrong' : 'key.why');
  byId('key-value').value = '';
  dialog.returnValue = '';
  dialog.showModal();
}

byId('key').addEventListener('close', () => {
  const value = byId('key-value').value.trim();
  const work = waiting;
  waiting = [];
  byId('key-value').value = '';
  if (byId('key').returnValue !== 'ok' || !value) return;
  api.setKey(value);
  for (const then of work) then();
});

// Languages of the interface

for (const radio of document.querySelectorAll('input[name=language]')) {
  radio.addEventListener('change', () => {
    remember(radio.value);
    speak(radio.value);
  });
}

async function speak(language) {
  await use(language);
  document.querySelector(`input[name=language][value=${language}]`).checked = true;
  const { isKept, lifetimeSeconds } = offered;
  if (isKept) byId('keeping').textContent = t('compose.stored');
  else byId('keeping').textContent = lifetimeSeconds ? t('compose.kept', { time: duration(lifetimeSeconds) }) : t('compose.keeping');
  for (const article of articles.all) list.refresh(article, chosen, (wanted) => choose(wanted));
  if (chosen) show(chosen, actions);
}

// A link to a sentence of an article that is not shown, as the browser's way back has them.
window.addEventListener('hashchange', () => {
  const key = window.location.hash.match(/^#(a\d+)-/)?.[1];
  const article = articles.all.find((candidate) => keyOf(candidate) === key);
  if (!article || article === chosen || article.state !== 'done') return;
  choose(article, false);
  byId(window.location.hash.slice(1))?.scrollIntoView();
});

window.addEventListener('pagehide', (event) => event.persisted || articles.abandon());
window.addEventListener('beforeunload', (event) => {
  if (articles.all.some((article) => !isFinished(article))) event.preventDefault();
});

// What waits counts down.
setInterval(() => {
  for (const article of articles.all) {
    if (article.state !== 'busy') continue;
    list.refresh(article, chosen, (wanted) => choose(wanted));
    if (article === chosen) update(article, actions);
  }
}, 1000);

try {
  const answer = await api.settings();
  offered = { keyRequired: answer.keyRequired === true, ...answer.articles };
} catch {
  // What is sent meets the same server, and says what is wrong.
}
byId('address').hidden = offered.fetch !== true;
byId('archive').hidden = offered.archive !== true;
await speak(preferred());
compose(false);
