
// The first page: its form, its strip of days, what was found.

const STEP = 100;
const MAX_PRINTED = 2000;
const AHEAD = 4;
const SLICE_MS = 40;

const byId = (id) => document.getElementById(id);
const { parts, checks } = JSON.parse(byId('index').textContent);
const total = parts.reduce((sum, { articles }) => sum + articles, 0);
const counted = new Intl.NumberFormat('en-GB');
const form = byId('finder').querySelector('form');
const words = byId('words');
const places = [...document.querySelectorAll('.strip a')];

let state = stateOf(location.hash);
let searches = 0;
/** What was found, and how many of it are shown. */
let found = [];
let shown = 0;
/** The section of the day that was shown last. */
let section = null;

const loaded = new Map();

/** The articles of a part, each with its place among all. */
function articlesOf(position) {
  if (!loaded.has(position)) {
    const placed = (articles) => articles.map((article, place) => Object.assign(article, { place: position * 1e6 + place }));
    loaded.set(position, load(parts[position].name, './').then(placed));
  }
  return loaded.get(position);
}

/** Searches the parts one after the other; returns what was found, or null if another search has begun. */
async function search() {
  searches += 1;
  const own = searches;
  const wanted = parts.map((part, position) => position).filter((position) => mayHave(parts[position], state));
  const isWanted = selector(state);
  const all = [];
  let since = performance.now();
  for (const [done, position] of wanted.entries()) {
    for (const next of wanted.slice(done, done + AHEAD)) articlesOf(next).catch(() => {});
    const articles = await articlesOf(position);
    if (own !== searches) return null;
    all.push(...articles.filter(isWanted));
    if (performance.now() - since > SLICE_MS) {
      byId('status').textContent = `Searching, ${done + 1} of ${wanted.length}`;
      await new Promise((resolve) => { setTimeout(resolve); });
      if (own !== searches) return null;
      since = performance.now();
    }
  }
  return sorted(all, state);
}

/** Shows more of what was found. */
function more(count) {
  const place = byId('found');
  place.querySelector('.more')?.remove();
  const withDay = !isByDay(state);
  for (const article of found.slice(shown, shown + count)) {
    const day = article.day ?? null;
    if (!withDay && section?.day !== day) {
      section = { day, element: el('section', { class: 'day' }, el('h2', {}, dayView(day))) };
      place.append(section.element);
    }
    (withDay ? place : section.element).append(entryView(article, checks, withDay));
  }
  shown = Math.min(shown + count, found.length);
  if (shown < found.length) {
    const button = el('button', { type: 'button', onclick: () => next(place.querySelectorAll('h3 a').length) }, `Show ${Math.min(STEP, found.length - shown)} more`);
    place.append(el('p', { class: 'more' }, button, ` ${counted.format(shown)} of ${counted.format(found.length)} are shown`));
  }
}

/** Shows more, and goes on where it begins. */
function next(at) {
  more(STEP);
  byId('found').querySelectorAll('h3 a')[at]?.focus();
}

/** Shows what the state asks for. */
async function update() {
  const plain = isPlain(state);
  byId('list').hidden = !plain;
  byId('found').hidden = plain;
  byId('finder').querySelector('[type=reset]').hidden = plain;
  for (const place of places) {
    const isChosen = state.from === place.dataset.from && state.to === (place.dataset.to ?? '');
    if (isChosen) place.setAttribute('aria-current', 'true');
    else place.removeAttribute('aria-current');
  }
  if (plain) {
    searches += 1;
    byId('status').textContent = '';
    return;
  }
  try {
    const all = await search();
    if (!all) return;
    found = all;
    shown = 0;
    section = null;
    byId('found').replaceChildren();
    more(STEP);
    byId('status').textContent = `${counted.format(found.length)} of ${counted.format(total)} articles`;
  } catch (error) {
    loaded.clear();
    byId('found').replaceChildren();
    byId('status').textContent = `${error.message}. The folder report-index has to be beside this page.`;
  }
}

/** Brings the form to what the state says. */
function fill() {
  for (const field of form.elements) {
    if (field.name) field.value = state[field.name];
    // A choice of an address that is not offered is kept, and can be seen.
    if (field.name && field.value !== state[field.name] && field.tagName === 'SELECT') {
      field.append(el('option', { value: state[field.name] }, clean(state[field.name])));
      field.value = state[field.name];
    }
  }
}

function become(changed) {
  state = { ...state, ...changed };
  history.replaceState(null, '', hashOf(state));
  return update();
}

/** What the form says; days that it cannot show stay as they are. */
function said() {
  const fields = [...form.elements].filter(({ name }) => name);
  const values = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
  if (state.from === 'none' && !values.from && !values.to) delete values.from;
  return values;
}

let timer;
function soon() {
  clearTimeout(timer);
  timer = setTimeout(() => become(said()), 100);
}

form.addEventListener('input', soon);
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  clearTimeout(timer);
  await become(said());
  entries()[0]?.focus();
});
form.addEventListener('reset', (event) => {
  event.preventDefault();
  clearTimeout(timer);
  become(stateOf(''));
  fill();
  words.focus();
});

document.querySelector('.strip')?.addEventListener('click', (event) => {
  const place = event.target.closest('a');
  if (!place || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { from, to = '' } = place.dataset;
  const isChosen = place.hasAttribute('aria-current');
  become(isChosen ? { from: '', to: '' } : { from, to });
  fill();
});

window.addEventListener('hashchange', () => {
  state = stateOf(location.hash);
  fill();
  update();
});

window.addEventListener('beforeprint', () => more(Math.max(0, MAX_PRINTED - shown)));

// The keyboard: / begins a search, arrows go through the articles, Enter opens one, Escape leads back.

const entries = () => [...document.querySelectorAll(`#${isPlain(state) ? 'list' : 'found'} h3 a`)];

function step(by) {
  const all = entries();
  const at = all.indexOf(document.activeElement);
  if (at < 0 && document.activeElement !== words) return false;
  if (at + by >= all.length && shown < found.length && !isPlain(state)) next(all.length);
  else if (at + by < 0) words.focus();
  else all[at + by]?.focus();
  return true;
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = event.target.closest('input, select, textarea');
  if (event.key === '/' && !isTyping) {
    words.focus();
    words.select();
    event.preventDefault();
  } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    if ((!isTyping || event.target === words) && step(event.key === 'ArrowDown' ? 1 : -1)) event.preventDefault();
  } else if (event.key === 'Escape' && event.target === words) {
    if (words.value) become({ q: '' });
    else words.blur();
    words.value = '';
    event.preventDefault();
  } else if (event.key === 'Escape' && !isTyping) {
    words.focus();
  }
});

// What the style sheet alone chooses without scripts.
for (const input of document.querySelectorAll('.choices input.all')) input.checked = true;
document.querySelector('.choices').hidden = true;
byId('finder').hidden = false;
fill();
update();
