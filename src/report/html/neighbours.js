
// Links to the articles before and after this one. The page was written before they were known; the data beside the
// list of all articles has them.

const way = document.querySelector('nav.way');
const { root, file, day } = way.dataset;

/** The articles before and after this one: `[previous, next]`, each with its file and its title. */
async function neighbours() {
  const parts = await load('parts', root);
  const date = day ? Number(day) : null;
  const may = ({ newest, oldest }) => (date === null ? newest === null : newest !== null && oldest <= date && date <= newest);
  for (const [position, part] of parts.entries()) {
    if (!may(part)) continue;
    const articles = await load(part.name, root);
    const place = articles.findIndex((article) => article.file === file);
    if (place < 0) continue;
    return [articles[place - 1] ?? parts[position - 1]?.last, articles[place + 1] ?? parts[position + 1]?.first];
  }
  return [];
}

function link(rel, words, { file: path, title, id }) {
  const address = root + path.split('/').map(encodeURIComponent).join('/');
  return el('a', { rel, href: address }, el('span', {}, words), ' ', clean(title?.trim() || id || path));
}

try {
  const [previous, next] = await neighbours();
  if (previous) way.append(link('prev', 'Previous', previous));
  if (next) way.append(link('next', 'Next', next));
  const below = way.cloneNode(true);
  below.setAttribute('aria-label', 'All articles, below the text');
  document.querySelector('main').append(below);
} catch {
  // The run is not finished, or the data is not beside the page: the way back is all there is.
}
