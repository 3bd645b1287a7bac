// The terminal under fingers that know bash.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open, prompt, useBrowser } from './support/site.mjs';
import { clear, focus, idle, keys, paste, rows, run, shown, type } from './support/terminal.mjs';

useBrowser();

test('lines are edited, found again and repeated as in bash', async (t) => {
  const page = await open(t);
  await prompt(page);
  await focus(page);
  // Emacs keys: to the beginning, a word on, kill to the end, yank it back twice.
  await page.keyboard.type('world hello');
  for (const key of ['Control+a', 'Alt+f', 'Control+k', 'Control+a', 'Control+y']) await page.keyboard.press(key);
  await page.keyboard.press('Control+a');
  await page.keyboard.type('echo');
  await page.keyboard.press('Enter');
  await shown(page, /^ ?hello ?world$|^helloworld$/);
  await clear(page);

  await run(page, 'echo first line');
  await run(page, 'echo second line');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await shown(page, /# echo first line\n*$/);
  await page.keyboard.press('Control+u');
  await page.keyboard.press('Control+r');
  await page.keyboard.type('sec');
  await shown(page, /reverse-i-search.*sec.*: echo second line/);
  await page.keyboard.press('Enter');
  await idle(page);
  await clear(page);
  await run(page, '!!');
  await shown(page, /^echo second line\nsecond line$/m);
});

test('Tab completes what is certain and lists what is possible', async (t) => {
  const page = await open(t);
  await prompt(page);
  await keys(page, 'kubectl desc');
  await page.keyboard.press('Tab');
  await shown(page, /# kubectl describe/);
  await page.keyboard.type('node node-');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await shown(page, /node-1\s+node-2\s+node-3/);
  await shown(page, /# kubectl describe node node-\n*$/);
  await page.keyboard.type('2');
  await page.keyboard.press('Enter');
  await shown(page, 'Allocated resources:');
  await clear(page);
  await keys(page, 'cat ex');
  await page.keyboard.press('Tab');
  await shown(page, /# cat example-pod\.yml/);
});

test('Ctrl-C ends what runs, Ctrl-D ends input, and keys typed ahead are not lost', async (t) => {
  const page = await open(t);
  await prompt(page);
  await type(page, 'sleep 1000');
  await shown(page, /sleep 1000\n/);
  await page.waitForTimeout(300);
  await page.keyboard.press('Control+c');
  await shown(page, /\^C/);
  await idle(page);
  assert.match(await run(page, 'echo "code $?"'), /^code 130$/m);
  await clear(page);

  await type(page, 'sleep 2');
  await page.keyboard.type('echo typed ahead');
  await page.keyboard.press('Enter');
  await shown(page, /^typed ahead$/);
  await idle(page);
  await clear(page);

  await type(page, 'cat');
  await page.waitForTimeout(200);
  await page.keyboard.type('from me');
  await page.keyboard.press('Enter');
  await shown(page, /^from me\nfrom me$/);
  await page.keyboard.press('Control+d');
  await idle(page);
});

test('a pasted text of several lines waits for Enter, and then runs as a whole', async (t) => {
  const page = await open(t);
  await prompt(page);
  await paste(page, 'echo one\necho two\ncat <<EOF\nthree\nEOF');
  await page.waitForTimeout(300);
  assert.doesNotMatch((await rows(page)).join('\n'), /^one$/m);
  await page.keyboard.press('Enter');
  await shown(page, /^one\ntwo\nthree$/);
});

test('what a job in the background prints goes above the line that is being typed', async (t) => {
  const page = await open(t);
  await prompt(page);
  await run(page, '(sleep 2; echo from behind) &');
  await keys(page, 'echo half a');
  await shown(page, 'from behind');
  await page.keyboard.type(' line');
  await shown(page, /# echo half a line\n*$/);
  await page.keyboard.press('Enter');
  await shown(page, /^half a line$/);
});

test('wide characters take two columns, on the line and in columns', async (t) => {
  const page = await open(t);
  await prompt(page);
  // Pasted: such characters come from an input method, not from keys.
  await keys(page, 'echo ');
  await paste(page, '漢字');
  for (let i = 0; i < 2; i += 1) await page.keyboard.press('ArrowLeft');
  await paste(page, '日');
  await page.keyboard.press('Enter');
  await shown(page, /^日漢字$/);
});

test('programs learn the size of the window', async (t) => {
  const page = await open(t);
  await prompt(page);
  await run(page, 'stty size');
  const before = Number((await shown(page, /^\d+ \d+$/)).match(/^\d+ (\d+)$/m)[1]);
  await clear(page);
  await page.setViewportSize({ width: 1000, height: 900 });
  await page.waitForTimeout(300);
  await run(page, 'stty size');
  const after = Number((await shown(page, /^\d+ \d+$/)).match(/^\d+ (\d+)$/m)[1]);
  assert.ok(after < before, `${after} < ${before}`);
});
