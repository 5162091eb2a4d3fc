
/** The element of this id in index.html. */
export const byId = (id) => document.getElementById(id);

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
