// Asks two servers by npm's clients: `translate` (its engine libre) one that wants a key, and `libretranslate`,
// which sends none that LibreTranslate knows, one that wants none.
//
//     node npm.mjs ADDRESS KEY ADDRESS SENTENCE TRANSLATION

import assert from 'node:assert/strict';

import libretranslate from 'libretranslate';
import { Translate } from 'translate';

const [url, key, open, sentence, translation] = process.argv.slice(2);

const engine = (key) => Translate({ engine: 'libre', url: `${url}/translate`, key });
assert.equal(await engine(key)(sentence, { from: 'kk', to: 'en' }), translation);
assert.equal(await engine(key)(sentence, { from: 'Kazakh', to: 'English' }), translation);
await assert.rejects(engine('a-wrong-key')('a', { from: 'kk', to: 'en' }));

const ask = (query, format) =>
  libretranslate.translate({ query, source: 'kk', target: 'en', format, apiurl: open });
assert.equal(await ask(sentence), translation);
assert.equal(await ask(`<p>${sentence}</p>`, 'html'), `<p>${translation}</p>`);
await assert.rejects(libretranslate.translate({ query: 'a', source: 'zz', target: 'en', apiurl: open }));
