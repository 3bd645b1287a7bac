// Loads the page once with an empty cache and prints what that cost, as one JSON object on standard output:
// `loaded` (path, gzipped size, before the first prompt or not), `shellMs`, `promptMs`, `getPodsMs`.
// Read by xtask/src/measure.rs for the size budgets and the benchmark.

import { gzipSync } from 'node:zlib';
import { launch, mark, prompt, sites } from './support/site.mjs';

/** Milliseconds from the Enter key to the prompt after a command's output, `runs` times; none without a terminal. */
async function timeCommand(page, command, runs) {
  const input = page.locator('.xterm-helper-textarea');
  if ((await input.count()) === 0) return [];
  await input.focus();
  await page.evaluate(() => {
    const note = (event) => event.key === 'Enter' && performance.mark('measure:enter');
    addEventListener('keydown', note, { capture: true });
  });
  const times = [];
  for (let run = 0; run < runs; run += 1) {
    await page.keyboard.type(command);
    const prompts = await page.evaluate(() => performance.getEntriesByName('tabernetes:prompt').length);
    await page.keyboard.press('Enter');
    // The page marks every prompt, so the next one is this command's end.
    const handle = await page.waitForFunction((prompts) => {
      const prompt = performance.getEntriesByName('tabernetes:prompt')[prompts];
      const enter = performance.getEntriesByName('measure:enter').at(-1);
      return prompt && enter && prompt.startTime - enter.startTime;
    }, prompts);
    times.push(await handle.jsonValue());
  }
  return times;
}

const browser = await launch();
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const responses = [];
  let prompted = false;
  context.on('response', (response) => responses.push({ response, beforePrompt: !prompted }));
  await page.goto(sites.root);
  const promptMs = await prompt(page);
  prompted = true;
  const shellMs = await mark(page, 'tabernetes:shell');
  // What the page still wants for itself, it wants now.
  await page.waitForTimeout(1000);
  const sizes = new Map();
  for (const { response, beforePrompt } of responses) {
    const url = response.url();
    if (!url.startsWith(sites.root) || sizes.has(url)) continue;
    const body = await response.body();
    const path = url.slice(sites.root.length) || 'index.html';
    sizes.set(url, { path, gzip: gzipSync(body, { level: 9 }).length, beforePrompt });
  }
  const getPodsMs = await timeCommand(page, 'kubectl get pods', 10);
  console.log(JSON.stringify({ loaded: [...sizes.values()], shellMs, promptMs, getPodsMs }));
} finally {
  await browser.close();
}
