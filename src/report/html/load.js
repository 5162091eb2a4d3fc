
// Data beside the page. A page that is opened as a file cannot fetch, but it can load scripts; these call one function
// with data.

const given = new Map();
globalThis.audarmaPart = (name, articles) => given.set(name, articles);
globalThis.audarmaParts = (parts) => given.set('parts', parts);

// Where trusted types are known, nothing but these files can become a script.
const data = globalThis.trustedTypes?.createPolicy('report-index', {
  createScriptURL(address) {
    if (/^(\.\/|(\.\.\/)+)report-index\/[a-z0-9-]+\.js$/.test(address)) return address;
    throw new TypeError(`${address} is no place of data`);
  },
});

/** What the file of this name in the folder of data holds; `root` leads to the folder of the first page. */
export async function load(name, root) {
  const address = `${root}report-index/${name}.js`;
  const script = document.createElement('script');
  await new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = () => reject(new Error(`${address} cannot be read`));
    script.charset = 'utf-8';
    script.src = data ? data.createScriptURL(address) : address;
    document.head.append(script);
  });
  script.remove();
  const held = given.get(name);
  given.delete(name);
  if (!held) throw new Error(`${address} holds no data`);
  return held;
}
