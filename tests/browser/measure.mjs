// Loads the page once with an empty cache and prints what that cost, as one JSON object on standard output:
// `loaded` (path, gzipped size, before the first prompt or not), `shellMs`, `promptMs`, `getPodsMs`.
// Read by xtask/src/measure.rs for the size budgets and the benchmark.

import { gzipSync } from 'node:zlib';
import { launch, mark, prompt, sites } from './support/site.mjs';

/** Milliseconds from the Enter key to the first output of a command on the screen, `runs` times, by the page's clock. */
async function timeCommand(page, command, runs) {
  const input = page.locator('.xterm-helper-textarea');
  if ((await input.count()) === 0) return [];
  await input.focus();
  const times = [];
  for (let run = 0; run < runs; run += 1) {
    await page.keyboard.type(command);
    await page.keyboard.press('Enter');
    const handle = await page.waitForFunction(
      (run) => performance.getEntriesByName('tabernetes:enter-to-output')[run]?.duration,
      run,
    );
    times.push(await handle.jsonValue());
    // The prompt comes right behind the output.
    await page.waitForTimeout(100);
  }
  return times;
}

const browser = await launch();
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const responses = [];
  context.on('response', (response) => responses.push(response));
  await page.goto(sites.root);
  const promptMs = await prompt(page);
  const promptAt = promptMs + (await page.evaluate(() => performance.timeOrigin));
  const shellMs = await mark(page, 'tabernetes:shell');
  // A command needs all of the engine: what the page still wants for itself, it has by its end.
  const getPodsMs = await timeCommand(page, 'kubectl get pods', 10);
  const sizes = new Map();
  for (const response of responses) {
    const url = response.url();
    if (!url.startsWith(sites.root) || sizes.has(url)) continue;
    const body = await response.body();
    // A tick of tolerance, which is on the strict side: the clocks are the same but for rounding.
    const beforePrompt = response.request().timing().startTime <= promptAt + 1;
    const path = url.slice(sites.root.length) || 'index.html';
    sizes.set(url, { path, gzip: gzipSync(body, { level: 9 }).length, beforePrompt });
  }
  console.log(JSON.stringify({ loaded: [...sizes.values()], shellMs, promptMs, getPodsMs }));
} finally {
  await browser.close();
}
