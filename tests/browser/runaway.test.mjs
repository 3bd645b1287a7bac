// What never ends by itself, and what wants more than there is: the page stays smooth, and the prompt comes back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open, prompt, useBrowser } from './support/site.mjs';
import { clear, focus, idle, keys, shown, type } from './support/terminal.mjs';

useBrowser();

/** Milliseconds of its own work that the page may take at a stretch: far below what a person calls stuck. */
const STRETCH = 150;

/**
 * Does something, and fails if the page was busy for too long at a stretch meanwhile. What counts is the time that its
 * main thread has worked, not what other programs on the machine took from it.
 */
async function smoothly(page, what, during) {
  const browser = page.context().browser();
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  await during();
  const { traceEvents } = JSON.parse(await browser.stopTracing());
  const isMain = ({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain';
  const mains = new Set(traceEvents.filter(isMain).map(({ pid, tid }) => `${pid}/${tid}`));
  const tasks = traceEvents.filter(({ name, pid, tid }) => /RunTask$/.test(name) && mains.has(`${pid}/${tid}`));
  assert.ok(tasks.length > 0, 'the trace has tasks');
  const longest = Math.max(...tasks.map(({ tdur = 0 }) => tdur / 1000));
  assert.ok(longest < STRETCH, `${what}: the page was busy for ${longest} ms at a stretch`);
}

test('endless loops and floods of output end by Ctrl-C, and leave the page smooth', async (t) => {
  const page = await open(t);
  await prompt(page);
  for (const command of [
    'while true; do :; done',
    'while true; do echo hello; done',
    'yes',
    'seq 1 100000000',
    'yes | head -c 1000000000 | wc -c',
    'kubectl get pods -w & while true; do kubectl get nodes; done',
  ]) {
    await smoothly(page, command, async () => {
      await type(page, command);
      await page.waitForTimeout(1200);
      // The page's own buttons answer meanwhile.
      await page.getByRole('button', { name: /^Events/ }).click();
      await page.locator('#dock').waitFor();
      await page.getByRole('button', { name: /^Events/ }).click();
      await focus(page);
      await page.keyboard.press('Control+c');
      await idle(page);
    });
    await clear(page);
  }
  await keys(page, 'echo alive');
  await page.keyboard.press('Enter');
  await shown(page, /^alive$/);
});

test('what wants more than there is ends with a message', async (t) => {
  const page = await open(t);
  await prompt(page);
  for (const [command, message] of [
    ['f() { f; }; f', 'bash: f: maximum function nesting level exceeded'],
    [':(){ :|:& };:', 'bash: fork: Resource temporarily unavailable'],
    ['x=a; while true; do x=$x$x; done', 'bash: Argument list too long'],
    ['echo {1..100000000}', 'bash: Argument list too long'],
    ['eval "$(printf "(%.0s" $(seq 1 5000))"', 'bash: unexpected EOF'],
  ]) {
    await smoothly(page, command, async () => {
      await type(page, command);
      await shown(page, message);
      await idle(page);
    });
    await clear(page);
  }
  await keys(page, 'echo alive');
  await page.keyboard.press('Enter');
  await shown(page, /^alive$/);
});

test('a thousand pods start while somebody types', async (t) => {
  const page = await open(t);
  await prompt(page);
  await page.getByRole('radio', { name: '60 times' }).click();
  await smoothly(page, 'a thousand pods', async () => {
    await type(page, 'kubectl create deployment many --image=nginx --replicas=1000');
    await shown(page, 'deployment.apps/many created');
    for (let line = 0; line < 5; line += 1) {
      await keys(page, `echo line ${line}`);
      await shown(page, new RegExp(`# echo line ${line}\\n*$`));
      await page.keyboard.press('Control+u');
    }
    const all = () => / 1000 pods/.test(document.querySelector('.map-sum')?.textContent);
    await page.waitForFunction(all, null, { timeout: 60_000 });
  });
  // Those without a node are shown in part, and counted.
  await page.getByText(/^and \d+ more$/).waitFor();
});
