// What a reader takes along: copies to the clipboard, files, paper.

import * as api from './api.js';
import { el } from './dom.js';
import { plain } from './sentence.js';

/** The English of a document as plain text. */
export function english(document) {
  const lines = document.paragraphs.map(({ kind, sentences }) => {
    const words = sentences.map((sentence, position) => plain(sentence, 'target', kind === 'list' && position === 0));
    return (kind === 'list' ? '• ' : '') + words.join(' ');
  });
  const title = document.title ? [plain(document.title, 'target', false)] : [];
  return [...title, ...lines].join('\n\n');
}

/** Both texts, sentence by sentence: as plain text, and as a table for Word or a mail. */
function both(document) {
  const sentences = document.paragraphs.flatMap((paragraph) => paragraph.sentences);
  const rows = [...(document.title ? [document.title] : []), ...sentences].map((sentence) => [
    plain(sentence, 'source', false),
    plain(sentence, 'target', false),
  ]);
  const table = el('table', {}, rows.map((row) => el('tr', {}, row.map((words) => el('td', {}, words)))));
  return { text: rows.map((row) => row.join('\n')).join('\n\n'), html: table.outerHTML };
}

export const copyEnglish = (document) => copy(english(document));

export async function copyBoth(document) {
  const { text, html } = both(document);
  if (!navigator.clipboard || !window.ClipboardItem) return copy(text);
  const typed = (type, words) => ({ [type]: new Blob([words], { type }) });
  return navigator.clipboard.write([new ClipboardItem({ ...typed('text/plain', text), ...typed('text/html', html) })]);
}

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // A page by http from another machine is given no clipboard; the old way still works there.
  const area = el('textarea', { class: 'unseen', 'aria-hidden': 'true' });
  area.value = text;
  const focused = document.activeElement;
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  focused?.focus();
  if (!copied) throw new Error('not copied');
}

/** Saves a result as a file. By `fetch`, since a link can send no key. */
export async function download(article, format) {
  const address = URL.createObjectURL(await api.result(article.id, format));
  const link = el('a', { href: address, download: `${fileStem(article.name)}.${format}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** The name of a file without its ending and without what no file name may have. */
function fileStem(name) {
  const stem = name.replace(/\.[A-Za-z0-9]{1,5}$/, '').replace(/[\\/:*?"<>|\u0000-\u001f]+/g, ' ').trim();
  return stem.slice(0, 80) || 'article';
}
