// Starts `translate serve` on the memorised models and a free port, and ends it.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';

const fixtures = new URL('../fixtures/', import.meta.url).pathname;

/**
 * The server: its `address`, and `end()`. With a `key`, it asks for that; with `fetch`, it fetches what an address
 * names; with an `archive`, it shows that, and without `models` nothing else.
 */
export async function start(translate, { key, fetch, archive, models = true } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'audarma-page-'));
  const options = ['serve', '--port', '0', fetch ? '--fetch' : '--offline'];
  if (models) options.push('--model', `${fixtures}memorised-nllb`, '--summary-model', `${fixtures}memorised-bart`);
  if (archive) options.push(archive);
  if (key) {
    writeFileSync(join(folder, 'keys'), `${key}\n`);
    options.push('--api-keys', join(folder, 'keys'));
  }
  const child = spawn(translate, options, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  let said = '';
  let address;
  for await (const line of createInterface({ input: child.stderr })) {
    said += `${line}\n`;
    address = line.match(/listening on (http:\S+)/)?.[1];
    if (address) break;
  }
  if (!address) throw new Error(`the server did not start: ${said}`);
  child.stderr.resume();
  if (!address.endsWith('/')) address += '/';
  await ready(address);
  return {
    address,
    async end() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

/** Translates what is in a folder with the memorised models. */
export function translated(translate, input, output, ...options) {
  const models = ['--model', `${fixtures}memorised-nllb`, '-s', 'extractive', '--beam', '1', '--retries', '0'];
  execFileSync(translate, ['--offline', ...models, input, '-o', output, ...options], { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Waits until the models are loaded. */
async function ready(address) {
  for (let tries = 0; tries < 300; tries += 1) {
    const { ok } = await globalThis.fetch(`${address}ready`);
    if (ok) return;
    await setTimeout(200);
  }
  throw new Error('the models are not loaded');
}
