// The server's API. Addresses are relative, so that a prefix of the server's is kept.

const KEY = 'audarma.key';
const ARTICLES = 'api/articles';

/** An answer that is no success. `kind` is the ending of a text's key, `message` the server's own words. */
export class Refusal extends Error {
  constructor(kind, message, retryAfter) {
    super(message);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }
}

let key = null;
try {
  key = sessionStorage.getItem(KEY);
} catch {
  // Storage is switched off: the key is asked for after each reload.
}

/** Sets the API key of this tab; it is forgotten when the tab closes. */
export function setKey(value) {
  key = value || null;
  try {
    if (key) sessionStorage.setItem(KEY, key);
    else sessionStorage.removeItem(KEY);
  } catch {
    // As above.
  }
}

export const hasKey = () => key !== null;

/** What the server offers, by LibreTranslate's fields and `articles`, which is this server's own. */
export const settings = async () => (await request('frontend/settings')).json();

/** Sends an article: `{file}`, `{text}` or `{url}`. Answers its id. */
export async function submit(article, signal) {
  const options = { method: 'POST', signal };
  if (article.file) {
    options.body = new FormData();
    options.body.append('file', article.file, article.file.name);
  } else {
    options.body = JSON.stringify(article);
    options.headers = { 'Content-Type': 'application/json' };
  }
  return (await (await request(ARTICLES, options)).json()).id;
}

const path = (id) => `${ARTICLES}/${encodeURIComponent(id)}`;

/** The state of an article, or its document. */
export const article = async (id, signal) => (await request(path(id), { signal })).json();

/** An article's result as a file. */
export const result = async (id, format) => (await request(`${path(id)}.${format}`)).blob();

/** Ends an article's work and has the server forget it; also while the page is closing. */
export const remove = (id) => request(path(id), { method: 'DELETE', keepalive: true });

/**
 * Calls `onState` with each state the server sends, until it ends the stream. Server-sent events by `fetch`, since
 * EventSource can send no key but in the address.
 */
export async function events(id, onState, signal) {
  const answer = await request(`${path(id)}/events`, { signal, headers: { Accept: 'text/event-stream' } });
  if (!answer.headers.get('Content-Type')?.startsWith('text/event-stream')) throw new Refusal('network', '');
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const lines = block.split('\n').filter((line) => line.startsWith('data:'));
      if (lines.length > 0) onState(JSON.parse(lines.map((line) => line.slice(5).trimStart()).join('\n')));
    }
  }
}

async function request(address, { headers = {}, ...options } = {}) {
  const authorized = key ? { ...headers, Authorization: `Bearer ${key}` } : headers;
  let answer;
  try {
    answer = await fetch(address, { ...options, headers: authorized, cache: 'no-store', redirect: 'error' });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Refusal('network', '');
  }
  if (answer.ok) return answer;
  const retryAfter = Number.parseInt(answer.headers.get('Retry-After') ?? '', 10);
  const said = await words(answer);
  const kind = said.includes('API key') ? 'key' : kindOf(answer.status);
  throw new Refusal(kind, said, Number.isFinite(retryAfter) ? retryAfter : null);
}

const KINDS = { 401: 'key', 404: 'gone', 408: 'network', 410: 'gone', 413: 'large', 429: 'slow', 503: 'busy' };

function kindOf(status) {
  return KINDS[status] ?? (status < 500 ? 'refused' : 'server');
}

async function words(answer) {
  try {
    const { error } = JSON.parse(await answer.text());
    return (typeof error === 'string' ? error : error?.message) ?? '';
  } catch {
    return '';
  }
}
