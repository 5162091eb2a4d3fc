// The articles of this session: sent one after another, followed until they are done. Nothing of them outlives the tab.

import * as api from './api.js';

// A browser keeps six connections to a server; the events of more articles than these would take them all.
const MAX_STREAMS = 2;
const POLL_SECONDS = 2;
const MAX_PATIENCE_SECONDS = 60;
const DEFAULT_RETRY_SECONDS = 10;

export const isFinished = (article) => article.state === 'done' || article.state === 'failed';

/**
 * An article: `number`, `name`, `state` (waiting, busy, sending, queued, running, done, failed), `sentences`, `done`,
 * `left` (seconds, or null), `failure` ({kind, message, reason}), `document`. Every change is a `change` event of the list,
 * whose detail is the article.
 */
export class Articles extends EventTarget {
  all = [];
  #count = 0;
  #streams = 0;
  #sending = false;
  #timer = null;

  /** Adds an article: `{file}`, `{text}` or `{url}`. */
  add(name, body) {
    this.#count += 1;
    const article = { number: this.#count, name, body, state: 'waiting', abort: new AbortController() };
    this.all.push(article);
    this.#changed(article);
    this.#send();
    return article;
  }

  /** Adds one that cannot be sent. */
  addFailed(name, failure) {
    this.#count += 1;
    const article = { number: this.#count, name, state: 'failed', failure, abort: new AbortController() };
    this.all.push(article);
    this.#changed(article);
    return article;
  }

  /** Sends a failed or refused article again. */
  retry(article) {
    Object.assign(article, { state: 'waiting', failure: null, sentences: null, done: null, left: null, id: null });
    this.#changed(article);
    this.#send();
  }

  /** Takes an article out; the server ends its work and forgets it. */
  remove(article) {
    this.all = this.all.filter((other) => other !== article);
    article.abort.abort();
    if (article.id) api.remove(article.id).catch(() => {});
    article.removed = true;
    this.#changed(article);
    this.#send();
  }

  /** Frees the server of what is unfinished: the page is closing. */
  abandon() {
    for (const article of this.all) if (article.id && !isFinished(article)) api.remove(article.id).catch(() => {});
  }

  async #send() {
    if (this.#sending) return;
    clearTimeout(this.#timer);
    const article = this.all.find(({ state }) => state === 'waiting' || state === 'busy');
    if (!article) return;
    this.#sending = true;
    this.#update(article, { state: 'sending' });
    try {
      const id = await api.submit(article.body, article.abort.signal);
      article.id = id;
      if (article.removed) api.remove(id).catch(() => {});
      else this.#update(article, { state: 'queued', failure: null });
      this.#follow(article);
    } catch (error) {
      this.#refused(article, error);
    }
    this.#sending = false;
    if (article.state !== 'busy') this.#send();
  }

  #refused(article, error) {
    if (article.removed) return;
    if (error.kind === 'busy' || error.kind === 'slow') {
      const seconds = Math.min(error.retryAfter ?? DEFAULT_RETRY_SECONDS, 3600);
      this.#update(article, { state: 'busy', failure: error, retryAt: Date.now() + seconds * 1000 });
      this.#timer = setTimeout(() => this.#send(), seconds * 1000);
    } else {
      this.#update(article, { state: 'failed', failure: failureOf(error) });
    }
  }

  async #follow(article) {
    const { signal } = article.abort;
    let failures = 0;
    while (!article.removed && !isFinished(article)) {
      let wanted = 0;
      try {
        if (this.#streams < MAX_STREAMS && failures === 0) await this.#stream(article, signal);
        this.#see(article, await api.article(article.id, signal));
        failures = 0;
      } catch (error) {
        if (article.removed) return;
        // Without a connection the server works on; what the server itself refuses ends it.
        if (error instanceof api.Refusal && !['network', 'busy', 'slow'].includes(error.kind)) {
          this.#update(article, { state: 'failed', failure: failureOf(error) });
          return;
        }
        failures += 1;
        wanted = error.retryAfter ?? 0;
      }
      if (!isFinished(article)) await pause(Math.max(wanted, Math.min(POLL_SECONDS * 2 ** failures, MAX_PATIENCE_SECONDS)));
    }
  }

  async #stream(article, signal) {
    this.#streams += 1;
    try {
      await api.events(article.id, (state) => this.#see(article, state), signal);
    } finally {
      this.#streams -= 1;
    }
  }

  #see(article, seen) {
    if (article.removed || isFinished(article)) return;
    if (seen.paragraphs) {
      this.#update(article, { state: 'done', document: seen, left: null });
    } else if (seen.state === 'failed') {
      const { error } = seen;
      const message = typeof error === 'string' ? error : (error?.message ?? '');
      this.#update(article, { state: 'failed', failure: { kind: 'article', message, reason: seen.reason } });
    } else if (seen.state === 'queued' || seen.state === 'running') {
      const { state, sentences, done } = seen;
      this.#update(article, { state, sentences, done, left: secondsLeft(article, seen) });
    }
  }

  #update(article, change) {
    Object.assign(article, change);
    this.#changed(article);
  }

  #changed(article) {
    this.dispatchEvent(new CustomEvent('change', { detail: article }));
  }
}

const failureOf = (error) => ({ kind: error.kind ?? 'server', message: error.message });

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** What is left by the pace since the first sentence was done; null until that says something. */
function secondsLeft(article, { state, sentences, done }) {
  if (state !== 'running' || !(done > 0)) return null;
  article.pace ??= { done, since: Date.now() };
  const seconds = (Date.now() - article.pace.since) / 1000;
  const since = done - article.pace.done;
  return since > 0 && seconds >= 1 ? ((sentences - done) * seconds) / since : null;
}
