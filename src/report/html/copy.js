
// Copies of an article's text.

/** The text of an element of a pair, without its marks. */
function wordsOf(element) {
  const copy = element.cloneNode(true);
  for (const mark of copy.querySelectorAll('.mark, .language')) mark.remove();
  const bullet = element.classList.contains('bullet') ? '• ' : '';
  return bullet + copy.textContent.replace(/\s+/g, ' ').trim();
}

function english(article) {
  const paragraphs = [...article.querySelectorAll('.paragraph')];
  const words = (paragraph) => [...paragraph.querySelectorAll('.target')].map(wordsOf).join(' ');
  return [wordsOf(article.querySelector('h1')), ...paragraphs.map(words)].join('\n\n');
}

/** Sentence by sentence, the original before its English. */
function both(article) {
  const title = [article.querySelector('header .original'), article.querySelector('h1')];
  const pairs = [...article.querySelectorAll('.pair')].map((pair) => [pair.querySelector('.source'), pair.querySelector('.target')]);
  const words = (pair) => pair.filter((element) => element).map(wordsOf).join('\n');
  return [title, ...pairs].map(words).join('\n\n');
}

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Some browsers give a file no clipboard; the old way still works there.
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (!copied) throw new Error('not copied');
  return undefined;
}

for (const tools of document.querySelectorAll('.copy')) {
  const article = tools.closest('article');
  const told = tools.querySelector('[role=status]');
  const [ofEnglish, ofBoth] = tools.querySelectorAll('button');
  const act = async (text) => {
    try {
      await copy(text);
      told.textContent = 'Copied';
    } catch {
      told.textContent = 'The browser did not let it be copied';
    }
  };
  ofEnglish.addEventListener('click', () => act(english(article)));
  ofBoth.addEventListener('click', () => act(both(article)));
  tools.hidden = false;
}
