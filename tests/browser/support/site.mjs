// What every browser test stands on: one Chromium a test file, a fresh profile a test, and a watch on everything the
// page does that a page must not do: ask another host, break its Content-Security-Policy, log an error, throw.
//
// Run by `cargo xtask test browser`, which sets SITE_URL, SITE_SUB_URL, CHROME, CHROME_FLAGS and SCREENSHOTS.

import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';

function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests by \`cargo xtask test browser\``);
  return value;
}

/** The addresses the built site is served at. */
export const sites = { root: setting('SITE_URL'), sub: setting('SITE_SUB_URL') };

/** Starts Chromium. Playwright adds `--headless` itself, so ours is left out. */
export function launch() {
  const args = setting('CHROME_FLAGS').split(' ').filter((flag) => flag !== '--headless');
  return chromium.launch({ executablePath: setting('CHROME'), args });
}

let browser;

/** Call once at the top of a test file: starts and ends its browser. */
export function useBrowser() {
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());
}

/**
 * Opens the page in a fresh profile, and fails the test afterwards if the page misbehaved.
 *
 * Options: `url` (default: the site at `/`), `query` (appended to it), `viewport`, `colorScheme`, `reducedMotion`,
 * `hasTouch`; `prepare`, called with the browser context before the page is opened; `expectErrors: true` for tests that make the page fail on purpose. There is no service worker unless
 * `serviceWorkers: 'allow'` asks for it: what it keeps for later would cost every test its time.
 * Returns Playwright's page with `page.requests` (URLs asked for so far) and `page.problems` (what went wrong so far).
 */
export async function open(t, options = {}) {
  const { url = sites.root, query = '', expectErrors = false, prepare, ...contextOptions } = options;
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    serviceWorkers: 'block',
    ...contextOptions,
  });
  await prepare?.(context);
  const page = await context.newPage();
  page.requests = [];
  page.problems = [];
  const origin = new URL(url).origin;
  const inSite = (address) => address.startsWith(url) || /^(data|blob):/.test(address);
  context.on('request', (request) => {
    page.requests.push(request.url());
    if (new URL(request.url()).origin !== origin && !/^(data|blob):/.test(request.url())) {
      page.problems.push(`asked another host: ${request.url()}`);
    } else if (!inSite(request.url())) {
      page.problems.push(`asked outside the site's own path: ${request.url()}`);
    }
  });
  context.on('response', (response) => {
    if (response.status() >= 400) page.problems.push(`${response.status()} ${response.url()}`);
  });
  // Chromium reports a broken Content-Security-Policy as an error on the console.
  context.on('console', (message) => {
    const { url } = message.location();
    // The browser asks for the icon again with every address of the page; without a network it shows the one it has.
    const isIcon = url.endsWith('/icon.svg') && message.text().includes('ERR_INTERNET_DISCONNECTED');
    if (message.type() === 'error' && !isIcon) page.problems.push(`console: ${message.text()} ${url}`);
  });
  context.on('weberror', (error) => page.problems.push(`uncaught: ${error.error().stack ?? error.error()}`));
  t.after(async () => {
    await context.close();
    if (!expectErrors) assert.deepEqual(page.problems, [], 'what the page did wrong');
  });
  await page.goto(url + query);
  return page;
}

/** Waits for a mark that the page leaves with `performance.mark`, and returns its time in milliseconds. */
export async function mark(page, name, timeout = 30_000) {
  const handle = await page.waitForFunction(
    (name) => performance.getEntriesByName(name, 'mark')[0]?.startTime,
    name,
    { timeout },
  );
  return handle.jsonValue();
}

/** Waits until the terminal shows its first prompt. */
export const prompt = (page) => mark(page, 'tabernetes:prompt');

/** Saves a picture of the page as `target/screenshots/NAME.png`. */
export async function screenshot(page, name) {
  const folder = setting('SCREENSHOTS');
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), animations: 'disabled' });
}

const axeSource = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Runs axe-core over the page and fails on violations that are serious or worse. */
export async function assertAccessible(page, { exclude = [] } = {}) {
  // Evaluated by the test, not loaded by the page: its policy would refuse an inline script.
  await page.evaluate(await readFile(axeSource, 'utf8'));
  const { violations } = await page.evaluate(
    (exclude) => globalThis.axe.run({ exclude }, { resultTypes: ['violations'] }),
    exclude.map((selector) => [selector]),
  );
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id} (${help}): ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
  assert.deepEqual(serious, [], 'serious accessibility violations');
}
