// The built site as such, whatever the page on it: it starts, at the root and under a path, in the right order, and asks
// nobody else for anything (which `open` watches over in every test).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible, mark, open, prompt, screenshot, sites, useBrowser } from './support/site.mjs';

useBrowser();

for (const [name, url] of Object.entries(sites)) {
  test(`the site starts at ${new URL(url).pathname}`, async (t) => {
    const page = await open(t, { url });
    const painted = await mark(page, 'tabernetes:shell');
    const prompted = await prompt(page);
    assert.ok(painted < prompted, `the shell (${painted} ms) comes before the prompt (${prompted} ms)`);
    await screenshot(page, `start-${name}`);
  });
}

test('the engine is fetched only when the shell has painted', async (t) => {
  const page = await open(t);
  await prompt(page);
  const order = await page.evaluate(() => {
    const fetched = performance.getEntriesByType('resource').filter(({ name }) => /\/worker[^/]*$/.test(name));
    return {
      fetched: fetched.map(({ startTime }) => startTime),
      painted: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
    };
  });
  assert.ok(order.fetched.length > 0 && order.painted, JSON.stringify(order));
  for (const startTime of order.fetched) assert.ok(startTime >= order.painted, JSON.stringify(order));
});

test('the editor is not fetched before it is opened', async (t) => {
  const page = await open(t);
  await prompt(page);
  await page.waitForTimeout(500);
  assert.deepEqual(page.requests.filter((url) => url.includes('/assets/editor')), []);
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe-core finds nothing serious in ${colorScheme}`, async (t) => {
    const page = await open(t, { colorScheme });
    await prompt(page);
    await assertAccessible(page);
  });
}
