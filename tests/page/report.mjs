// The pages over an archive, opened as files in a real browser:
//
//   for n in 14 2000 20000; do
//     REPORT_ARCHIVE=$PWD/made/$n REPORT_ARTICLES=$n cargo test --locked --lib -- --ignored made_archive
//   done
//   npm ci && node report.mjs made [FOLDER FOR SCREENSHOTS]
//
// Needs Chromium (CHROMIUM, or /usr/bin/chromium). Every step waits for an event with a bound, none for a duration; what
// takes how long is printed, and has a wide bound.

import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { accessible, fits, launch, passed, step } from './browser.mjs';

const [, , made, screenshots] = process.argv;
assert(made, 'usage: node report.mjs FOLDER [SCREENSHOTS]');
const MAX_FIRST_BYTES = 2_000_000;
const MAX_OPEN_MS = 2000;
const SIZES = [14, 2000, 20000];
/** The page of the newest article. */
const NEWEST = 'egemen.kz/00000.html.html';
const browser = await launch();

const addressOf = (size, file = 'report.html') => pathToFileURL(resolve(made, String(size), file)).href;

/** A page of its own; what the browser complains about, and what it asks of the network, is a failure. */
async function open(address, options = {}) {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const complaints = [];
  page.complaints = complaints;
  page.loaded = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('request', (request) => {
    page.loaded.push(request.url());
    if (!request.url().startsWith('file:')) complaints.push(`asked ${request.url()}`);
  });
  page.done = async () => {
    assert.deepEqual(complaints, []);
    await context.close();
  };
  await page.goto(address);
  return page;
}

const shot = (page, name, options = {}) => screenshots && page.screenshot({ path: `${screenshots}/${name}.png`, ...options });

/** How many articles the page says that it found, once it says so. */
async function told(page) {
  await page.waitForFunction(() => /^[\d,]+ of [\d,]+ articles$/.test(document.querySelector('#status').textContent));
  return Number((await page.textContent('#status')).split(' ')[0].replace(',', ''));
}

/** Does something that begins a search; returns how many articles it finds. */
async function after(page, work) {
  await page.evaluate(() => { document.querySelector('#status').textContent = ''; });
  await work();
  return told(page);
}

const search = (page, words) => after(page, () => page.fill('#words', words));
const titles = (page, place = '#found') => page.locator(`${place} h3 a`).allTextContents();
const focused = (page) => page.evaluate(() => document.activeElement.textContent);

try {
  for (const size of SIZES) {
    await step(`${size} articles open within bounds`, async () => {
      const page = await open(addressOf(size));
      await page.waitForSelector('#finder:not([hidden])');
      const timing = await page.evaluate(() => performance.getEntriesByType('navigation')[0].loadEventEnd);
      const bytes = page.loaded.map((url) => statSync(new URL(url)).size).reduce((sum, one) => sum + one, 0);
      console.log(`   ${size} articles: ${bytes} bytes in ${page.loaded.length} files, open after ${Math.round(timing)} ms`);
      assert(bytes <= MAX_FIRST_BYTES && timing <= MAX_OPEN_MS);
      const first = await page.locator('#list article').first().boundingBox();
      assert(first.y < 650, `the first article begins at ${first.y}`);
      await accessible(page, `${size} articles`);
      await shot(page, `first-${size}`);
      await page.done();
    });

    await step(`${size} articles print`, async () => {
      const page = await open(addressOf(size));
      const paper = await page.pdf({ format: 'A4', ...(screenshots && { path: `${screenshots}/print-${size}.pdf` }) });
      assert.equal(paper.subarray(0, 5).toString(), '%PDF-');
      await page.fill('#words', 'library');
      await told(page);
      assert((await page.pdf({ format: 'A4' })).length > 5000);
      await page.done();
    });

    await step(`${size} articles are searched, by the beginnings of words in both languages`, async () => {
      const page = await open(addressOf(size));
      const times = [];
      const timed = async (words) => {
        const begun = performance.now();
        const count = await search(page, words);
        times.push(`${words} ${Math.round(performance.now() - begun)} ms`);
        return count;
      };
      const all = await timed('ержан');
      const english = await timed('libr');
      assert(english > 0 && english < all);
      // The Kazakh word of the title, with another ending and in capitals; the summary and the names have none of it.
      assert.equal(await timed('КІТАПХАНА'), english);
      // A name as it is spelt in either language, a letter that a Russian keyboard lacks, and one without.
      for (const words of ['Тоқаев', 'токаев', 'Tokáyev']) assert.equal(await timed(words), all);
      assert.equal(await timed('тоkaев'), 0);
      assert.equal(await timed('қітапхана'), 0);
      // Every word counts, wherever it is; outlets are searched as well.
      const both = await timed('egemen library');
      assert(both > 0 && both < english);
      for (const title of await titles(page)) assert.match(title, /^Library/);
      console.log(`   ${size} articles: ${times.join(', ')}, the pause after typing of 100 ms included`);
      await accessible(page, `a search among ${size}`);
      await shot(page, `search-${size}`);
      assert.equal(await search(page, 'nothingatall'), 0);
      await page.done();
    });
  }

  await step('what is chosen narrows the list, and the address leads to the same', async () => {
    const page = await open(addressOf(2000));
    const all = await after(page, () => page.selectOption('[name=sort]', 'oldest'));
    const sections = await after(page, () => page.selectOption('[name=section]', 'МӘДЕНИЕТ'));
    const outlets = await after(page, () => page.selectOption('[name=outlet]', 'egemen.kz'));
    const marked = await after(page, () => page.selectOption('[name=flag]', 'numbers'));
    assert(all > sections && sections > outlets && outlets > marked && marked > 0);
    assert.equal(await page.locator('#found article:not(.flagged)').count(), 0);
    const days = await after(page, () => page.fill('[name=from]', '2023-12-20'));
    assert(days < marked && days > 0);
    const times = await page.locator('#found time').evaluateAll((found) => found.map((time) => time.dateTime));
    assert(times.every((day) => day >= '2023-12-20') && times.join() === [...times].sort().join());
    await search(page, 'ашылды');
    const address = page.url();
    const again = await open(address);
    assert.equal(await told(again), days);
    assert.deepEqual(await titles(again), await titles(page));
    assert.equal(await again.inputValue('[name=section]'), 'МӘДЕНИЕТ');
    await again.done();
    await page.click('[type=reset]');
    await page.waitForSelector('#list:not([hidden])');
    assert(!(await page.isVisible('#found')));
    await page.done();
  });

  await step('order by title and by marks, and the strip of months', async () => {
    const page = await open(addressOf(20000));
    await after(page, () => page.click('.strip a >> nth=1'));
    assert.equal(await page.getAttribute('.strip a >> nth=1', 'aria-current'), 'true');
    const month = await page.textContent('.strip a >> nth=1');
    const days = await page.locator('#found h2').allTextContents();
    assert(days.every((day) => day.endsWith(month)), `${month}: ${days}`);
    assert(page.loaded.length < 8, 'no more than a month is loaded');
    await after(page, () => page.selectOption('[name=sort]', 'title'));
    const sorted = await titles(page);
    assert.equal(sorted.length, 100);
    assert.deepEqual(sorted, [...sorted].sort(new Intl.Collator('en', { numeric: true }).compare));
    assert((await page.locator('#found .about time').count()) >= 100);
    await after(page, () => page.selectOption('[name=sort]', 'marks'));
    assert((await page.locator('#found article').first().getAttribute('class')) === 'flagged');
    await page.click('.more button');
    assert.equal((await titles(page)).length, 200);
    await after(page, () => page.click('.strip a:has-text("no date")'));
    assert((await page.locator('#found article').count()) > 0);
    await page.done();
  });

  await step('the data shows an article as the page itself does', async () => {
    const page = await open(addressOf(14));
    const shown = (place) => page.locator(`${place} article`).evaluateAll((all) => all.map((article) => article.outerHTML));
    const list = await shown('#list');
    await after(page, () => page.selectOption('[name=sort]', 'oldest'));
    const found = await shown('#found');
    assert.deepEqual([...found].sort(), [...list].sort());
    assert.equal(list.length, 14);
    await page.done();
  });

  await step('the keyboard alone is enough', async () => {
    const page = await open(addressOf(2000));
    await page.keyboard.press('/');
    assert(await page.evaluate(() => document.activeElement.matches('#words')));
    await page.keyboard.insertText('library');
    await told(page);
    await page.keyboard.press('ArrowDown');
    const [first, second] = await titles(page);
    assert.equal(await focused(page), first);
    await page.keyboard.press('ArrowDown');
    assert.equal(await focused(page), second);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    assert(await page.evaluate(() => document.activeElement.matches('#words')));
    for (let presses = 0; presses < 101; presses += 1) await page.keyboard.press('ArrowDown');
    assert.equal(await focused(page), (await titles(page))[100]);
    await page.keyboard.press('Escape');
    assert(await page.evaluate(() => document.activeElement.matches('#words')));
    await page.keyboard.press('Escape');
    await page.waitForSelector('#list:not([hidden])');
    assert.equal(await page.inputValue('#words'), '');
    await page.keyboard.press('ArrowDown');
    assert.equal(await focused(page), (await titles(page, '#list'))[0]);
    await Promise.all([page.waitForEvent('framenavigated'), page.keyboard.press('Enter')]);
    await page.waitForSelector('.pairs');
    await page.done();
  });

  await step('a phone, in the dark', async () => {
    for (const [address, name] of [[addressOf(2000), 'list'], [`${addressOf(2000)}#q=library&flag=any`, 'search'], [addressOf(2000, NEWEST), 'article']]) {
      const page = await open(address, { viewport: { width: 390, height: 844 }, colorScheme: 'dark', reducedMotion: 'reduce' });
      if (name === 'search') await told(page);
      if (name === 'article') await page.waitForSelector('a[rel=next]');
      await fits(page);
      await accessible(page, `${name} on a phone, dark`);
      await shot(page, `phone-${name}`, { fullPage: name === 'article' });
      await page.done();
    }
  });

  await step('without scripts every article is on a page that the first one leads to', async () => {
    for (const size of SIZES) {
      const page = await open(addressOf(size), { javaScriptEnabled: false });
      assert(!(await page.isVisible('#finder')));
      let count = await page.locator('article').count();
      const failed = await page.locator('a[href="#failed"]').count() ? Number((await page.textContent('a[href="#failed"]')).split(' ')[0]) : 0;
      const pages = await page.locator('#list .pages a').evaluateAll((links) => links.map((link) => link.href));
      if (size === 20000) {
        await shot(page, 'no-scripts');
        await page.click('.strip a >> nth=5');
        assert.match(page.url(), /report-index\/2023-07\.html#d-2023-07-\d\d$/);
        await shot(page, 'no-scripts-month');
      }
      await page.done();
      for (const address of pages) count += readFileSync(new URL(address), 'utf8').split('<article').length - 1;
      assert.equal(count + failed, size);
      for (const address of [...pages.slice(0, 1), ...pages.slice(-1)]) {
        const month = await open(address);
        await accessible(month, address);
        assert((await month.pdf()).length > 5000);
        await month.done();
      }
      // Every page leads on to the next.
      if (pages.length > 1) {
        const month = await open(pages[0], { javaScriptEnabled: false });
        for (const address of pages.slice(1)) {
          await month.click('a[rel=next] >> nth=0');
          assert.equal(month.url(), address);
        }
        await month.done();
      }
    }
  });

  await step('failures are told in words', async () => {
    const page = await open(addressOf(2000));
    await page.click('a[href="#failed"]');
    assert.match(await page.textContent('#failed dd'), /in English already/);
    assert(await page.isVisible('#failed dd'));
    await shot(page, 'failed');
    await page.done();
  });

  await step('articles lead to one another and back', async () => {
    const page = await open(addressOf(20000));
    const all = await titles(page, '#list');
    await page.click('#list h3 a >> nth=0');
    await page.waitForSelector('a[rel=next]');
    assert.equal(await page.locator('a[rel=prev]').count(), 0);
    for (const title of all.slice(1, 4)) {
      await page.click('a[rel=next] >> nth=0');
      await page.waitForFunction((words) => document.querySelector('h1')?.textContent.includes(words), title.slice(0, 12));
      await page.waitForSelector('a[rel=next]');
    }
    assert((await page.textContent('a[rel=prev] >> nth=0')).includes(all[2]));
    await accessible(page, 'an article');
    await shot(page, 'article');
    assert((await page.pdf()).length > 5000);
    await page.click('.way a >> nth=0');
    await page.waitForSelector('#finder:not([hidden])');
    await page.done();
  });

  await step('an article’s text is copied', async () => {
    const page = await open(addressOf(14, NEWEST), { permissions: ['clipboard-read', 'clipboard-write'] });
    const copied = async (position) => {
      await page.evaluate(() => { document.querySelector('.copy [role=status]').textContent = ''; });
      await page.click(`.copy button >> nth=${position}`);
      await page.waitForFunction(() => document.querySelector('.copy [role=status]').textContent === 'Copied');
      return page.evaluate(() => navigator.clipboard.readText());
    };
    const english = await copied(0);
    assert(/^Library number 0 opens/.test(english) && !/[а-я]/.test(english) && !/numbers/.test(english), english);
    const both = await copied(1);
    assert.match(both, /^Ақсуда 0-кітапхана жөндеуден кейін ашылды\nLibrary number 0 opens in Aksu[^\n]*\n\nАқсуда/);
    await page.done();
  });

  await step('markup in a title stays text, in the page, in its data and in links to it', async () => {
    const page = await open(addressOf(14));
    await search(page, 'onerror');
    const [title] = await titles(page);
    assert(title.startsWith('</script><img src=x onerror=alert(1)>') && !title.includes('\u202e'));
    assert.equal(await page.locator('img').count(), 0);
    const blocked = await page.evaluate(() => {
      try {
        document.querySelector('#found').innerHTML = '<b>x</b>';
        return false;
      } catch {
        return true;
      }
    });
    assert(blocked, 'trusted types are enforced');
    assert.match(page.complaints.pop(), /TrustedHTML/);
    await page.done();
  });

  await step('data that is not beside the page is told', async () => {
    const alone = mkdtempSync(join(tmpdir(), 'audarma-report-'));
    copyFileSync(resolve(made, '14', 'report.html'), join(alone, 'report.html'));
    const page = await open(pathToFileURL(join(alone, 'report.html')).href);
    await page.fill('#words', 'library');
    await page.waitForFunction(() => /report-index has to be beside/.test(document.querySelector('#status').textContent));
    await page.context().close();
    rmSync(alone, { recursive: true });
  });
} finally {
  await browser.close();
}
passed();
