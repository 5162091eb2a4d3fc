// The pages of a finished archive, as `translate serve` shows them in a real browser:
//
//   npm ci && node archive.mjs PATH/TO/translate [FOLDER FOR SCREENSHOTS]
//
// Needs Chromium (CHROMIUM, or /usr/bin/chromium). Every step waits for an event with a bound, none for a duration.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { accessible, fits, launch, passed, step } from './browser.mjs';
import { start, translated } from './server.mjs';

const [, , translate, screenshots] = process.argv;
assert(translate, 'usage: node archive.mjs TRANSLATE [SCREENSHOTS]');

const folder = mkdtempSync(join(tmpdir(), 'audarma-archive-'));
const sections = ['ӘЛЕУМЕТ', 'САЯСАТ', 'ХАЛЫҚАРАЛЫҚЫНТЫМАҚТАСТЫҚЖӘНЕӨҢІРЛІКДАМУМӘСЕЛЕЛЕРІ'];
const outlets = ['turkystan.kz', 'a-very-long-name-of-an-outlet-without-any-space.oblys-zhanalyktary.example.kz'];

/** Articles whose sentences the memorised model knows, some whose it does not, and words without an end. */
function articles() {
  mkdirSync(join(folder, 'in'));
  for (let number = 0; number < 45; number += 1) {
    const day = String((number % 28) + 1).padStart(2, '0');
    const head = number % 9 === 8 ? '' : `\n\nУақыты: ${day}.08.2023\nБөлім: ${sections[number % 3]}\nДереккөз: ${outlets[number % 2]}`;
    const title = number % 5 === 4 ? `Ақсуда ${number} мың кітап бар ${'ұзын'.repeat(30)}` : 'Жетісу облысында 7 154 адам тұрақты жұмысқа орналасты';
    const text = number % 5 === 4
      ? `Қорда 1 204 кітап бар, оның ${number} миллионы балаларға арналған. https://example.org/${'a'.repeat(150)} сайтында толығырақ.`
      : 'Биыл аталған кеңестердің құрамы 46%-ға жаңарды. Осылайша, 1 қалалық және 8 аудандық филиалдардағы Саяси кеңестердің құрамына 86 адам кірді.';
    writeFileSync(join(folder, 'in', `${String(number).padStart(2, '0')}.txt`), `${title}${head}\n\n${text}\n`);
  }
}

const browser = await launch();
let server;

/** A page of its own; what the browser complains about, and what it asks of another server, is a failure. */
async function open(address = 'archive/', options = {}) {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  // Reports are shown without their scripts, which the browser tells; steps expect some answers of 400.
  page.on('console', (message) => {
    if (message.type() === 'error' && !/^(Failed to load resource|Blocked script execution)/.test(message.text())) complaints.push(message.text());
  });
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== new URL(server.address).origin) complaints.push(`asked ${request.url()}`);
  });
  page.done = async () => {
    assert.deepEqual(complaints, []);
    await context.close();
  };
  await page.goto(new URL(address, server.address).href);
  return page;
}

const shot = (page, name) => screenshots && page.screenshot({ path: `${screenshots}/${name}.png` });

/** How many the page says that it found. */
const total = async (page) => Number((await page.textContent('#found')).match(/\d+/)[0]);

async function search(page, words) {
  await page.fill('#q', words);
  await Promise.all([page.waitForEvent('load'), page.click('button.primary')]);
  return total(page);
}

try {
  articles();
  translated(translate, join(folder, 'in'), join(folder, 'out'), '-f', 'html');
  translated(translate, join(folder, 'in'), join(folder, 'all.sqlite'));
  server = await start(translate, { archive: join(folder, 'out'), models: false });

  await step('articles are listed, the newest first', async () => {
    const page = await open('');
    assert(page.url().endsWith('/archive/'));
    assert.equal(await total(page), 45);
    const days = await page.locator('.found time').allTextContents();
    assert.equal(days.length, 20);
    assert.deepEqual(days, [...days].sort().reverse());
    assert.equal(await page.locator('.elsewhere').count(), 0);
    await accessible(page, 'the list');
    await fits(page);
    await shot(page, 'list');
    await Promise.all([page.waitForEvent('load'), page.click('a[rel=next]')]);
    await Promise.all([page.waitForEvent('load'), page.click('a[rel=next]')]);
    assert.equal(await page.locator('.found ol > li').count(), 5);
    assert.equal(await page.locator('a[rel=next]').count(), 0);
    await accessible(page, 'the last page');
    await page.done();
  });

  await step('the beginning of a word finds it in both languages, marked, and leads to its place', async () => {
    const page = await open();
    const found = await search(page, 'кеңес renewed');
    assert(found > 10 && found < 45, `${found}`);
    assert.equal(await page.textContent('.found .source mark >> nth=0'), 'кеңестердің');
    assert.equal(await page.textContent('.found .target mark >> nth=0'), 'renewed');
    await accessible(page, 'what was found');
    await fits(page);
    await shot(page, 'found');
    await Promise.all([page.waitForEvent('load'), page.click('.found .title a >> nth=0')]);
    assert.match(page.url(), /\/archive\/pages\/.*\.html#a1-\d+$/);
    assert((await page.textContent(':target')).includes('кеңестердің'));
    // Its accessibility is judged in report.mjs: no script runs here, not even axe-core.
    await page.goBack();
    assert.equal(await page.inputValue('#q'), 'кеңес renewed');
    await page.done();
  });

  await step('what is chosen narrows the results, and stays chosen', async () => {
    const page = await open();
    const all = await search(page, 'кітап');
    await page.selectOption('#section', sections[2]);
    await page.selectOption('#order', 'day');
    await page.fill('#from', '2023-08-10');
    await Promise.all([page.waitForEvent('load'), page.click('button.primary')]);
    const some = await total(page);
    assert(some > 0 && some < all, `${some} of ${all}`);
    const days = await page.locator('.found time').allTextContents();
    assert(days.every((day) => day >= '2023-08-10') && days.join() === [...days].sort().reverse().join());
    assert.equal(await page.inputValue('#section'), sections[2]);
    await fits(page);
    await accessible(page, 'narrowed');
    await Promise.all([page.waitForEvent('load'), page.click('.reset a')]);
    assert.equal(await page.inputValue('#q'), '');
    await page.done();
  });

  await step('nothing found, and what cannot be searched for, are told in words', async () => {
    const page = await open('archive/?q=nothingatall');
    assert.equal(await total(page), 0);
    assert(await page.isVisible('.none'));
    await accessible(page, 'nothing');
    await shot(page, 'nothing');
    await page.goto(new URL('archive/?page=9999', server.address).href);
    assert.match(await page.textContent('[role=alert]'), /page is a number from 1 to 500/);
    await accessible(page, 'a problem');
    await shot(page, 'problem');
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
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement.id === 'main');
    await tabTo('#q');
    await page.keyboard.insertText('кеңес');
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
    await tabTo('.found .title a');
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
    assert.match(page.url(), /\/archive\/pages\//);
    await page.done();
  });

  await step('it works without scripts', async () => {
    const page = await open('archive/', { javaScriptEnabled: false });
    assert((await search(page, 'кітап')) > 0);
    await page.done();
  });

  await step('a phone, in light and dark, in every language', async () => {
    for (const [locale, heading] of [['kk-KZ', 'Мұрағаттан іздеу'], ['ru-RU', 'Поиск по архиву'], ['en-GB', 'Search the archive']]) {
      for (const colorScheme of ['light', 'dark']) {
        const where = `phone-${locale}-${colorScheme}`;
        const page = await open('archive/', { locale, colorScheme, viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' });
        assert.equal(await page.textContent('h1'), heading);
        for (const [name, address] of [['list', 'archive/'], ['found', 'archive/?q=кітап'], ['last', 'archive/?page=3'], ['nothing', 'archive/?q=nothingatall'], ['problem', 'archive/?flag=x']]) {
          await page.goto(new URL(address, server.address).href);
          await fits(page);
          await accessible(page, `${name}, ${where}`);
          if (name === 'list' || name === 'found') await shot(page, `${where}-${name}`);
        }
        await page.goto(new URL('archive/', server.address).href);
        for (const link of ['.found .title a >> nth=0', 'main > .facts a']) {
          await Promise.all([page.waitForEvent('load'), page.click(link)]);
          await fits(page);
          await page.goBack();
        }
        await page.done();
      }
    }
  });

  await step('markup in what is asked stays text', async () => {
    const page = await open(`archive/?q=${encodeURIComponent('"><script>alert(1)</script>кітап')}&section=${encodeURIComponent('"><img src=x>')}`);
    assert.equal(await page.locator('script, img').count(), 0);
    assert.equal(await page.inputValue('#q'), '"><script>alert(1)</script>кітап');
    await page.done();
  });

  await server.end();
  server = await start(translate, { archive: join(folder, 'all.sqlite'), key: 'kilt-12345' });

  await step('beside the models, each of the two pages leads to the other', async () => {
    const page = await open('', { httpCredentials: { username: '', password: 'kilt-12345' } });
    await page.waitForSelector('#compose:not([hidden])');
    await accessible(page, 'the form');
    await shot(page, 'form');
    await Promise.all([page.waitForEvent('load'), page.click('#archive a')]);
    assert.equal(await total(page), 45);
    await shot(page, 'beside');
    await Promise.all([page.waitForEvent('load'), page.click('.elsewhere a')]);
    await page.waitForSelector('#compose:not([hidden])');
    assert.equal(page.url(), server.address);
    await page.done();
    for (const locale of ['kk-KZ', 'ru-RU']) {
      const phone = await open('', { locale, viewport: { width: 390, height: 844 }, httpCredentials: { username: '', password: 'kilt-12345' } });
      await phone.waitForSelector('#archive:not([hidden])');
      await fits(phone);
      await shot(phone, `phone-${locale}-form`);
      await phone.click('#archive a');
      await phone.waitForSelector('#found');
      await fits(phone);
      await accessible(phone, `beside the models, ${locale}`);
      await shot(phone, `phone-${locale}-beside`);
      await phone.done();
    }
  });
} finally {
  await browser.close();
  await server?.end();
  rmSync(folder, { recursive: true });
}
passed();
