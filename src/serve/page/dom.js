// Elements are made of names and texts only: whatever an article or the server says becomes a text node or an
// attribute's value, never markup.

/** An element; strings among its children become text nodes, null and false are left out. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** The element of this id in index.html. */
export const byId = (id) => document.getElementById(id);

// Controls, line and paragraph separators; embeddings, overrides, isolates and deprecated shaping switches.
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]/g;
const ACTING = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u206f]/g;

/** A text as it is shown, as reports show it: breaks as spaces, what acts instead of being shown as U+FFFD. */
export function clean(text) {
  return text.replace(BREAKS, ' ').replace(ACTING, '\ufffd');
}

/** Where the characters of `text` begin that begin at these UTF-8 bytes: a function from a byte to an index. */
export function indexOfByte(text) {
  const indices = new Map();
  let byte = 0;
  let index = 0;
  for (const character of text) {
    indices.set(byte, index);
    const code = character.codePointAt(0);
    byte += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    index += character.length;
  }
  indices.set(byte, index);
  return (wanted) => indices.get(wanted);
}

/** Tells a screen reader, without moving the focus. */
export function announce(text) {
  byId('status').textContent = clean(text);
}
