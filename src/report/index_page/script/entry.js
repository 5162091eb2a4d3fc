
// An article in the list, as the page has it without scripts (entry.rs).

const dayWords = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

/** 20230829 as 2023-08-29. */
export const iso = (day) => String(day).padStart(8, '0').replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');

/** A day in words; one that no calendar has in digits. */
export function dayView(day) {
  if (!day) return 'No date';
  const date = new Date(`${iso(day)}T00:00:00Z`);
  return el('time', { datetime: iso(day) }, Number.isNaN(date.getTime()) ? iso(day) : dayWords.format(date));
}

const addressOf = (file) => `./${file.split('/').map(encodeURIComponent).join('/')}`;

/** A link to an address of the web; any other address is text. */
function webLink(url) {
  const short = url.replace(/^https?:\/\/(www\.)?/i, '');
  const shown = short.length > 60 ? `${[...short].slice(0, 60).join('')}…` : short;
  if (!/^https?:\/\//i.test(url)) return clean(url);
  const isCut = shown !== short;
  return el('a', { class: isCut && 'cut', href: url, rel: 'noreferrer' }, isCut ? el('span', {}, clean(shown)) : clean(shown));
}

/** A mark with what its check saw or, if that is not known, what it means. */
function why([name, sentences, reasons], checks) {
  const [tone, meaning] = checks[name] ?? ['notable', ''];
  const count = sentences > 1 ? ` × ${sentences}` : '';
  return el('li', {}, el('span', { class: `mark ${tone}` }, name + count), ' ', clean(reasons.length > 0 ? reasons.join('; ') : meaning));
}

/** An article; `checks` are the tones and meanings of checks, `withDay` says its day among the rest. */
export function entryView(article, checks, withDay) {
  const { id, file, day, title, original, lang, rtl, summary, section, outlet, url, flags = [] } = article;
  const about = (text, name = null) => text && el('li', { class: name }, text);
  return el(
    'article',
    { class: flags.length > 0 && 'flagged' },
    el('h3', {}, el('a', { href: addressOf(file) }, clean(title?.trim() || id))),
    original && el('p', { class: 'original', lang, dir: rtl && 'rtl' }, clean(original)),
    summary && el('p', { class: 'summary' }, clean(summary)),
    flags.length > 0 && el('ul', { class: 'why' }, flags.map((flag) => why(flag, checks))),
    el(
      'ul',
      { class: 'about' },
      withDay && about(dayView(day)),
      section && about(clean(section[1] || section[0])),
      outlet && about(clean(outlet)),
      url && about(webLink(url)),
      about(clean(id), 'id'),
    ),
  );
}
