// The page of `translate serve` in a real browser, on the memorised models:
//
//   npm ci && node check.mjs PATH/TO/translate [FOLDER FOR SCREENSHOTS]
//
// Needs Chromium (CHROMIUM, or /usr/bin/chromium). Every step waits for an event with a bound, none for a duration.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { accessible, fits, launch, passed, step } from './browser.mjs';
import { start } from './server.mjs';

const [, , translate, screenshots] = process.argv;
assert(translate, 'usage: node check.mjs TRANSLATE [SCREENSHOTS]');
const root = new URL('../../', import.meta.url).pathname;
const article = readFileSync(`${root}examples/article.txt`, 'utf8');
const title = readFileSync(`${root}tests/fixtures/article.expected.txt`, 'utf8').split('\n', 1)[0];
// The memorised model knows one article; of any other it makes something whose numbers are wrong.
const unknown = 'Ақсуда 52 мың кітап бар\n\nҚорда 1 204 кітап бар, оның 97 миллионы балаларға арналған.\n\nОл 2019 жылы ашылды.';

const browser = await launch();
let server;

/** A page of its own; what the browser complains about, and what it asks of another server, is a failure. */
async function open(options = {}) {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 }, acceptDownloads: true, ...options });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  // The browser itself reports every answer of 400 and above; those that a step expects are no complaint.
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
  });
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== new URL(server.address).origin) complaints.push(`asked ${request.url()}`);
  });
  page.on('dialog', (dialog) => dialog.accept());
  await page.goto(server.address);
  await page.waitForSelector('#compose:not([hidden])');
  page.done = async () => {
    assert.deepEqual(complaints, []);
    await context.close();
  };
  return page;
}

async function shot(page, name) {
  if (screenshots) await page.screenshot({ path: `${screenshots}/${name}.png` });
}

const result = (page) => page.waitForSelector('.result');

async function paste(page, text) {
  await page.fill('#text', text);
  await page.click('#paste .primary');
}

async function drop(page, files) {
  const transfer = await page.evaluateHandle((list) => {
    const data = new DataTransfer();
    for (const [name, text] of list) data.items.add(new File([text], name));
    return data;
  }, files);
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer });
  assert(await page.isVisible('#drop'));
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  assert(!(await page.isVisible('#drop')));
}

try {
  server = await start(translate);

  await step('a pasted article is shown beside its English, with nothing but what the server itself sends', async () => {
    const page = await open();
    assert(!(await page.isVisible('#address')));
    await accessible(page, 'the form');
    await shot(page, 'form');
    await paste(page, article);
    await result(page);
    assert.equal((await page.textContent('.result h1')).trim(), title);
    assert((await page.locator('.pair').count()) > 10);
    assert((await page.textContent('.summary p')).length > 40);
    await page.click('.names summary');
    await page.waitForSelector('.names table');
    await page.click('.result > footer summary');
    await accessible(page, 'a result');
    await shot(page, 'result');
    await page.done();
  });

  await step('three dropped files go one after another, with progress', async () => {
    const page = await open();
    await page.evaluate(() => {
      globalThis.seen = [];
      new MutationObserver(() => {
        const line = document.querySelector('#progress .state')?.textContent;
        if (line && globalThis.seen.at(-1) !== line) globalThis.seen.push(line);
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    await drop(page, [['one.txt', article], ['two.txt', unknown], ['broken.txt', '\u0000\u0001\u0002']]);
    assert.equal(await page.locator('#list li').count(), 3);
    await page.waitForFunction(() => document.querySelectorAll('#list progress').length === 0);
    const seen = await page.evaluate(() => globalThis.seen);
    assert(seen.some((line) => /^\d+ of \d+ sentences/.test(line)), `no progress among ${seen}`);
    assert.equal(await page.locator('#list .failed').count(), 1);
    await page.click('#list li:nth-child(3) button');
    assert((await page.textContent('.why-failed')).length > 10);
    await accessible(page, 'a failure');
    await shot(page, 'failure');
    await page.done();
  });

  await step('a mark leads to its meaning, and that to its sentence, which says what is wrong', async () => {
    const page = await open();
    await paste(page, unknown);
    await result(page);
    await page.click('.pair .mark >> nth=0');
    const legend = page.locator('dt:target');
    assert(await legend.isVisible());
    await page.click('dt:target + dd .spots a:text-matches("^[0-9]+$") >> nth=0');
    const sentence = page.locator('.pair:target');
    assert(await sentence.locator('.why').isVisible());
    assert((await sentence.locator('mark.words').count()) > 0);
    await accessible(page, 'a marked sentence');
    await shot(page, 'mark');
    await page.done();
  });

  await step('results are copied and saved', async () => {
    const page = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await paste(page, article);
    await result(page);
    const buttons = page.locator('.tools .group button');
    await buttons.nth(0).click();
    await page.waitForFunction(() => document.querySelector('.told').textContent !== '');
    assert((await page.evaluate(() => navigator.clipboard.readText())).startsWith(title));
    await buttons.nth(1).click();
    await page.waitForFunction(async (words) => (await navigator.clipboard.readText()).includes(words), `\n${title}`);
    const beginnings = { html: '<!DOCTYPE html>', docx: 'PK', txt: title, json: '{' };
    for (const [index, [format, beginning]] of Object.entries(beginnings).entries()) {
      const [file] = await Promise.all([page.waitForEvent('download'), buttons.nth(2 + index).click()]);
      assert(file.suggestedFilename().endsWith(`.${format}`));
      assert(readFileSync(await file.path(), 'utf8').startsWith(beginning), format);
    }
    await page.done();
  });

  await step('the keyboard alone is enough', async () => {
    const page = await open();
    const focused = (selector) => page.evaluate((wanted) => document.activeElement.matches(wanted), selector);
    const tabTo = async (selector) => {
      for (let presses = 0; presses < 40; presses += 1) {
        if (await focused(selector)) return;
        await page.keyboard.press('Tab');
      }
      assert.fail(`the tab key does not reach ${selector}`);
    };
    await page.keyboard.press('Tab');
    assert(await focused('.skip'));
    await tabTo('#text');
    await page.keyboard.insertText(unknown);
    await page.keyboard.press('Tab');
    assert(await focused('#paste .primary'));
    await page.keyboard.press('Enter');
    await result(page);
    await page.waitForFunction(() => document.activeElement.matches('.result h1'));
    await tabTo('.spots a');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement.matches('.pair, header, .summary'));
    await page.keyboard.press('Shift+Tab');
    await page.evaluate(() => document.querySelector('.skip').focus());
    await tabTo('#new');
    await page.keyboard.press('Enter');
    assert(await focused('#text'));
    await page.keyboard.insertText(article);
    await page.keyboard.press('Control+Enter');
    await page.waitForFunction(() => document.querySelectorAll('#list li').length === 2);
    await page.done();
  });

  await step('a phone, in the dark and without motion, in Kazakh and Russian', async () => {
    for (const [locale, heading] of [['kk-KZ', 'Мақаланы аудару'], ['ru-RU', 'Перевести статью']]) {
      const page = await open({ locale, viewport: { width: 390, height: 844 }, colorScheme: 'dark', reducedMotion: 'reduce' });
      assert.equal(await page.textContent('#compose h1'), heading);
      await fits(page);
      await accessible(page, `the form, ${locale}, dark`);
      await paste(page, unknown);
      await result(page);
      await fits(page);
      await accessible(page, `a result, ${locale}, dark`);
      await shot(page, `phone-${locale}`);
      await page.done();
    }
  });

  await step('the language can be changed, and is remembered; nothing else is', async () => {
    const page = await open();
    await page.check('input[value=ru]', { force: true });
    await page.waitForFunction(() => document.documentElement.lang === 'ru');
    await paste(page, article);
    await result(page);
    await page.reload();
    await page.waitForFunction(() => document.documentElement.lang === 'ru');
    assert.deepEqual(await page.evaluate(() => [Object.entries(localStorage), sessionStorage.length, document.cookie]), [[['audarma.language', 'ru']], 0, '']);
    assert.equal(await page.locator('#list li').count(), 0);
    await page.done();
  });

  await step('markup in an article stays text', async () => {
    const page = await open();
    const hostile = '<script>alert(1)</script><svg onload=alert(1)> \u202e</textarea>';
    await paste(page, `Ақсуда кітапхана ашылды ${hostile}\n\nБүгін қалада жаңа кітапхана ашылды ${hostile}. Оған көп адам келді.`);
    await result(page);
    assert.equal(await page.locator('#shown svg, #shown script, #list svg').count(), 0);
    assert((await page.textContent('.result')).includes('<script>alert(1)</script>'));
    assert(!(await page.textContent('.result')).includes('\u202e'));
    await page.done();
  });

  await step('without events, progress is asked for', async () => {
    const page = await open();
    await page.route('**/events', (route) => route.abort());
    await paste(page, article);
    await result(page);
    await page.done();
  });

  await step('a server that is busy is asked again when it said', async () => {
    const page = await open();
    let refusals = 0;
    await page.route('**/api/articles', async (route) => {
      refusals += 1;
      if (refusals > 1) return route.continue();
      return route.fulfill({ status: 503, headers: { 'Retry-After': '3000' }, json: { error: 'the queue is full' } });
    });
    await paste(page, article);
    await page.waitForSelector('#progress .primary');
    assert.match(await page.textContent('#progress .state'), /next try in 50 min/);
    await shot(page, 'busy');
    await page.click('#progress .primary');
    await result(page);
    await page.done();
  });

  await step('an article that is taken back is forgotten by the server', async () => {
    const page = await open();
    const [sent] = await Promise.all([page.waitForResponse('**/api/articles'), paste(page, article)]);
    const { id } = await sent.json();
    await Promise.all([page.waitForResponse((answer) => answer.request().method() === 'DELETE'), page.click('#shown .send button, .tools .quiet')]);
    assert.equal((await fetch(`${server.address}api/articles/${id}`)).status, 404);
    assert(await page.isVisible('#compose'));
    await page.done();
  });

  await server.end();
  server = await start(translate, { key: 'kilt-12345', fetch: true });

  await step('a key is asked for, kept for the tab, and asked for again where it is wrong', async () => {
    const page = await open();
    await paste(page, article);
    await page.waitForSelector('#key[open]');
    await accessible(page, 'the key');
    await shot(page, 'key');
    await page.fill('#key-value', 'wrong');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => /did not accept/.test(document.querySelector('#key[open] #key-why')?.textContent ?? ''));
    await page.fill('#key-value', 'kilt-12345');
    await page.keyboard.press('Enter');
    await result(page);
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('.tools .group >> nth=1 >> button >> nth=2')]);
    assert(readFileSync(await file.path(), 'utf8').startsWith(title));
    assert.deepEqual(await page.evaluate(() => localStorage.length), 0);
    await page.done();
  });
  await step('an address is fetched only where the server was told to, and none of its own machine', async () => {
    const page = await open();
    await page.fill('#url', 'javascript:alert(1)');
    await page.keyboard.press('Enter');
    assert((await page.textContent('#address-error')).length > 0);
    await page.fill('#url', server.address);
    await page.keyboard.press('Enter');
    await page.fill('#key-value', 'kilt-12345');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.said');
    await shot(page, 'address');
    await page.done();
  });
} finally {
  await browser.close();
  await server?.end();
}
passed();
