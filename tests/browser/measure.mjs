// Loads the page once with an empty cache and prints what that cost, as one JSON object on standard output:
// `loaded` (path, gzipped size, before the first prompt or not), `shellMs`, `promptMs`, `getPodsMs`; with `--many` also
// `echoMs` (a key until its letter is on the screen) and `manyPodsMs` (`kubectl get pods` with a thousand).
// Read by xtask/src/measure.rs for the size budgets and the benchmark.

import { gzipSync } from 'node:zlib';
import { launch, mark, prompt, sites } from './support/site.mjs';

/** Milliseconds from the Enter key to the first output of a command on the screen, `runs` times, by the page's clock. */
async function timeCommand(page, command, runs, before = 0) {
  const input = page.locator('.xterm-helper-textarea');
  if ((await input.count()) === 0) return [];
  await input.focus();
  const times = [];
  for (let run = 0; run < runs; run += 1) {
    await page.keyboard.type(command);
    await page.keyboard.press('Enter');
    const handle = await page.waitForFunction(
      (run) => performance.getEntriesByName('tabernetes:enter-to-output')[run]?.duration,
      before + run,
    );
    times.push(await handle.jsonValue());
    // The prompt comes right behind the output.
    await page.waitForTimeout(100);
  }
  return times;
}

/** Milliseconds from a key to its letter on the screen, as the next frame paints it. */
async function timeEcho(page, keys) {
  await page.locator('.xterm-helper-textarea').focus();
  await page.evaluate(() => {
    globalThis.echoes = [];
    const rows = document.querySelector('.xterm-rows');
    const text = () => rows.textContent.replaceAll('\u00a0', ' ');
    addEventListener(
      'keydown',
      () => {
        const [begin, before] = [performance.now(), text()];
        const look = () => {
          if (text() !== before) globalThis.echoes.push(performance.now() - begin);
          else if (performance.now() - begin < 1000) requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      },
      { capture: true },
    );
  });
  for (const key of keys) {
    await page.keyboard.press(key);
    await page.waitForTimeout(60);
  }
  await page.keyboard.press('Control+u');
  return page.evaluate(() => globalThis.echoes);
}

/** Milliseconds from Enter to output of `kubectl get pods` with a thousand pods; empty if that many do not come. */
async function timeManyPods(page) {
  await page.keyboard.type('kubectl create deployment many --image=nginx --replicas=1000');
  await page.keyboard.press('Enter');
  await page.getByRole('radio', { name: '60 times' }).click();
  const all = () => /, 10\d\d pods/.test(document.querySelector('.map-sum')?.textContent);
  await page.waitForFunction(all, null, { timeout: 120_000 });
  await page.waitForTimeout(5000);
  const before = await page.evaluate(() => performance.getEntriesByName('tabernetes:enter-to-output').length);
  return timeCommand(page, 'kubectl get pods', 5, before);
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
  const many = process.argv.includes('--many');
  const echoMs = many ? await timeEcho(page, [...'kubectl get pods -o wide']) : [];
  const manyPodsMs = many ? await timeManyPods(page) : [];
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
  console.log(JSON.stringify({ loaded: [...sizes.values()], shellMs, promptMs, getPodsMs, echoMs, manyPodsMs }));
} finally {
  await browser.close();
}
