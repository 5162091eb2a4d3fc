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

// Controls, line and paragraph separators; embeddings, overrides, isolates and deprecated shaping switches.
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]/g;
const ACTING = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u206f]/g;

/** A text as it is shown, as reports show it: breaks as spaces, what acts instead of being shown as U+FFFD. */
export function clean(text) {
  return text.replace(BREAKS, ' ').replace(ACTING, '\ufffd');
}
