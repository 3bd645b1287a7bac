// Loads the page once with an empty cache and prints what that cost, as one JSON object on standard output:
// `loaded` (path, gzipped size, before the first prompt or not), `shellMs`, `promptMs`, `getPodsMs`; with `--many` also
// `echoMs` (a key until its letter is painted), `busyEchoMs` (the same while a thousand pods start) and `manyPodsMs`
// (`kubectl get pods` with a thousand).
// Read by xtask/src/measure.rs for the size budgets and the benchmark.

import { gzipSync } from 'node:zlib';
import { launch, mark, prompt, sites } from './support/site.mjs';

const KEYS = [...'kubectl get pods -o wide'];

/** Milliseconds from the Enter key, as the browser heard it, until the output of a command is painted, `runs` times. */
async function timeCommand(page, command, runs) {
  const input = page.locator('.xterm-helper-textarea');
  if ((await input.count()) === 0) return [];
  await input.focus();
  await page.evaluate(() => {
    const note = ({ key, timeStamp }) => {
      if (key === 'Enter') globalThis.enterAt = timeStamp;
    };
    addEventListener('keydown', note, { capture: true });
  });
  const times = [];
  for (let run = 0; run < runs; run += 1) {
    await page.keyboard.type(command);
    // The letters are painted, and so is what the page draws on their account.
    await page.waitForTimeout(200);
    await page.keyboard.press('Enter');
    const handle = await page.waitForFunction(() => {
      const painted = performance.getEntriesByName('tabernetes:output').at(-1)?.startTime ?? 0;
      return painted > globalThis.enterAt && painted - globalThis.enterAt;
    });
    times.push(await handle.jsonValue());
    // The prompt comes right behind the output.
    await page.waitForTimeout(100);
  }
  return times;
}

/**
 * Milliseconds from a key, as the browser heard it, to the end of the page's work on the frame that paints its letter.
 *
 * The letter is seen by an observer of the rows, in the very frame in which xterm.js draws it; a callback of one's own
 * for that frame runs before xterm.js's, and would see the letter a frame late. A message that is sent then arrives
 * when the frame is laid out and painted.
 */
async function timeEcho(page, keys) {
  await page.locator('.xterm-helper-textarea').focus();
  await page.evaluate(() => {
    globalThis.echoes = [];
    if (globalThis.watchingEcho) return;
    globalThis.watchingEcho = true;
    const rows = document.querySelector('.xterm-rows');
    let [begin, before] = [0, ''];
    const painted = new MessageChannel();
    painted.port1.onmessage = ({ data }) => globalThis.echoes.push(performance.now() - data);
    const heard = ({ timeStamp }) => {
      [begin, before] = [timeStamp, rows.textContent];
    };
    addEventListener('keydown', heard, { capture: true });
    new MutationObserver(() => {
      if (!begin || rows.textContent === before) return;
      painted.port2.postMessage(begin);
      begin = 0;
    }).observe(rows, { subtree: true, childList: true, characterData: true });
  });
  for (const key of keys) {
    await page.keyboard.press(key);
    await page.waitForTimeout(60);
  }
  const times = await page.evaluate(() => globalThis.echoes);
  await page.keyboard.press('Control+u');
  return times;
}

/** Milliseconds from Enter to output of `kubectl get pods` with a thousand pods, at the speed at which the page opens. */
async function timeManyPods(page) {
  await page.getByRole('radio', { name: '1 times real time' }).click();
  await page.waitForTimeout(5000);
  return timeCommand(page, 'kubectl get pods', 5);
}

/** Starts a thousand pods at 60 times the speed; returns how long letters take meanwhile, and once they are there. */
async function timeEchoAmongMany(page) {
  await page.getByRole('radio', { name: '60 times' }).click();
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.type('kubectl create deployment many --image=nginx --replicas=1000');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('.terminal').dataset.prompt === 'true');
  const busy = await timeEcho(page, KEYS);
  const all = () => / 10\d\d pods/.test(document.querySelector('.map-sum')?.textContent);
  await page.waitForFunction(all, null, { timeout: 120_000 });
  return busy;
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
  const echoMs = many ? await timeEcho(page, KEYS) : [];
  const busyEchoMs = many ? await timeEchoAmongMany(page) : [];
  const manyPodsMs = many ? await timeManyPods(page) : [];
  const sizes = new Map();
  for (const response of responses) {
    const url = response.url();
    if (!url.startsWith(sites.root) || sizes.has(url)) continue;
    // Asked for again: a browser does not keep what is larger than ten megabytes.
    const body = Buffer.from(await (await fetch(url)).arrayBuffer());
    // A tick of tolerance, which is on the strict side: the clocks are the same but for rounding.
    const beforePrompt = response.request().timing().startTime <= promptAt + 1;
    const path = url.slice(sites.root.length) || 'index.html';
    sizes.set(url, { path, gzip: gzipSync(body, { level: 9 }).length, beforePrompt });
  }
  console.log(JSON.stringify({ loaded: [...sizes.values()], shellMs, promptMs, getPodsMs, echoMs, busyEchoMs, manyPodsMs }));
} finally {
  await browser.close();
}
