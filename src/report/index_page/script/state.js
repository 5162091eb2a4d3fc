
// What is searched for, chosen and sorted by, as the end of the page's address says it.

const FIELDS = ['q', 'from', 'to', 'section', 'outlet', 'flag', 'sort'];

export function stateOf(hash) {
  const said = new URLSearchParams(hash.replace(/^#/, ''));
  return Object.fromEntries(FIELDS.map((field) => [field, said.get(field) ?? '']));
}

export function hashOf(state) {
  const said = FIELDS.filter((field) => state[field].trim()).map((field) => [field, state[field]]);
  return said.length > 0 ? `#${new URLSearchParams(said)}` : '#';
}

/** Whether everything is shown, the newest first: the list that the page has without scripts. */
export const isPlain = (state) => hashOf(state) === '#';
