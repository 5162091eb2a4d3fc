
// Words as they are compared. Case and accents do not count; й and ё are letters, of which ё is written as е. A letter
// of the Russian alphabet that is searched for finds Kazakh's as well, since many keyboards have no other; a letter of
// Kazakh finds itself alone.

const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;
const FOUND_BY = { а: 'аә', г: 'гғ', и: 'иі', к: 'кқ', н: 'нң', о: 'оө', у: 'уұү', х: 'хһ', ы: 'ыі' };

/** The words of a text with one space between them. */
export function folded(text) {
  return text
    .replace(INVISIBLE, '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/и\u0306/g, 'й')
    .replace(/\p{M}/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** A pattern for each word of a query: it matches where a word of folded text, which a space precedes, begins so. */
export function patterns(query) {
  const words = folded(query).split(' ').filter((word) => word);
  const letters = (word) => [...word].map((letter) => (FOUND_BY[letter] ? `[${FOUND_BY[letter]}]` : letter)).join('');
  return words.map((word) => new RegExp(` ${letters(word)}`, 'u'));
}
