// Chromium, and what every page has to pass in it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  // Chromium's own sandbox needs privileges that a container may lack; it only ever sees these pages.
  args: ['--no-sandbox'],
});

/** No fault that axe-core calls serious or critical. */
export async function accessible(page, where) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(grave.map(({ id, nodes }) => [where, id, nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`)]), []);
}

/** Nothing is wider than the window. */
export const fits = async (page) => assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), await page.evaluate(() => window.innerWidth));

let steps = 0;

export async function step(name, work) {
  await work();
  steps += 1;
  console.log(`ok ${steps} ${name}`);
}

export const passed = () => console.log(`${steps} steps passed`);
