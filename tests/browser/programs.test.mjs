// Programs that take the terminal for themselves, and the keys that speak to them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open, prompt, useBrowser } from './support/site.mjs';
import { clear, focus, idle, keys, rows, run, shown, type } from './support/terminal.mjs';

useBrowser();

test('less pages through a text, and gives the screen back', async (t) => {
  const page = await open(t);
  await prompt(page);
  await type(page, 'seq 1 300 | less');
  await shown(page, /^1\n2\n3$/);
  await shown(page, /^:/);
  // The second screen ends with a colon, too: only its numbers tell it from the first one.
  const last = Number((await rows(page)).filter((row) => /^\d+$/.test(row)).at(-1));
  await page.keyboard.press('Space');
  await shown(page, new RegExp(`^${last + 1}$`));
  assert.doesNotMatch((await rows(page)).join('\n'), /^1$/m);
  await page.keyboard.type('/250');
  await page.keyboard.press('Enter');
  await shown(page, /^250$/);
  await page.keyboard.type('q');
  await idle(page);
  assert.match(await run(page, 'echo back'), /^back$/m);
});

test('watch draws again and again, until Ctrl-C', async (t) => {
  const page = await open(t);
  await prompt(page);
  await page.getByRole('radio', { name: '5 times' }).click();
  await type(page, 'watch -n 1 kubectl get pods');
  await shown(page, /^Every 1\.0s: kubectl get pods/);
  await shown(page, /No resources found in default namespace\./);
  await page.keyboard.press('Control+c');
  await idle(page);
});

test('a shell in a container has a prompt, its own keys, and ends by Ctrl-D', async (t) => {
  const page = await open(t);
  await prompt(page);
  await run(page, 'kubectl create -f example-pod.yml');
  await page.locator('[data-pod="example-pod"][data-status="Running"]').waitFor();
  await clear(page);
  await type(page, 'kubectl exec -it example-pod -- sh');
  await shown(page, /^# *$/);
  await page.keyboard.type('hostnamex');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Enter');
  await shown(page, /^example-pod$/);
  await page.keyboard.type('sleep 1000');
  await page.keyboard.press('Enter');
  await page.waitForTimeout(300);
  await page.keyboard.press('Control+c');
  await page.keyboard.type('echo still $((40 + 2))');
  await page.keyboard.press('Enter');
  await shown(page, /^still 42$/);
  await page.keyboard.press('Control+d');
  await shown(page, /^root@tabernetes:~# *$/);
  // The container's prompt is left on the screen, and would be taken for one to type at.
  await clear(page);
  assert.match(await run(page, 'hostname; echo "home again"'), /^home again$/m);
});

test('Ctrl-Z stops a job and fg goes on with it; Ctrl-W and Ctrl-L are the line editor’s', async (t) => {
  const page = await open(t);
  await prompt(page);
  await type(page, 'sleep 3');
  await page.waitForTimeout(400);
  await page.keyboard.press('Control+z');
  await shown(page, /^\[1\]\+  Stopped +sleep 3$/);
  await idle(page);
  assert.match(await run(page, 'jobs'), /Stopped/);
  await type(page, 'fg');
  await shown(page, /^sleep 3$/);
  await idle(page);
  await clear(page);
  await keys(page, 'echo one two three');
  await page.keyboard.press('Control+w');
  await shown(page, /# echo one two *$/);
  await page.keyboard.press('Control+l');
  await shown(page, /^\S*[#$] echo one two *\n*$/);
  await page.keyboard.press('Enter');
  await shown(page, /^one two$/);
  await focus(page);
});

test('kubectl run and attach share a terminal with a container', async (t) => {
  const page = await open(t);
  await prompt(page);
  await page.getByRole('radio', { name: '5 times' }).click();
  await type(page, 'kubectl run -it --rm box --image=busybox -- sh');
  await shown(page, /try pressing enter/);
  await page.keyboard.press('Enter');
  await shown(page, /^\/ # *$/);
  await page.keyboard.type('hostname');
  await page.keyboard.press('Enter');
  await shown(page, /^box$/);
  await page.keyboard.press('Control+d');
  await shown(page, /^pod "box" deleted/);
  await idle(page);
  await clear(page);

  await run(page, 'kubectl run echo --image=busybox -it --attach=false -- cat');
  await page.locator('[data-pod="echo"][data-status="Running"]').waitFor();
  await type(page, 'kubectl attach -it echo');
  await shown(page, /try pressing enter/);
  await page.keyboard.type('over the terminal');
  await page.keyboard.press('Enter');
  await shown(page, /^over the terminal\nover the terminal$/);
  await page.keyboard.press('Control+d');
  await idle(page);
  assert.match(await run(page, 'echo "here $?"'), /^here \d+$/m);
});

test('jobs go to the background, come back and are ended', async (t) => {
  const page = await open(t);
  await prompt(page);
  await type(page, 'kubectl get pods -w');
  await page.waitForTimeout(300);
  await page.keyboard.press('Control+z');
  await shown(page, /^\[1\]\+ {2}Stopped +kubectl get pods -w$/);
  await run(page, 'bg');
  await clear(page);
  // It goes on watching behind the prompt.
  await run(page, 'kubectl create -f example-pod.yml');
  await shown(page, /^example-pod +0\/1 +ContainerCreating/);
  await clear(page);
  assert.match(await run(page, 'jobs'), /^\[1\]\+ {2}Running +kubectl get pods -w &$/m);
  await run(page, 'kill %1');
  await run(page, 'jobs');
  await clear(page);
  await run(page, 'jobs; echo "none left"');
  assert.doesNotMatch((await rows(page)).join('\n'), /kubectl/);
});

test('a full screen follows the window', async (t) => {
  const page = await open(t);
  await prompt(page);
  await type(page, 'seq 1 300 | less');
  await shown(page, /^:/);
  const last = async () => Number((await rows(page)).filter((row) => /^\d+$/.test(row)).at(-1));
  const before = await last();
  await page.setViewportSize({ width: 1000, height: 1000 });
  // SIGWINCH: more rows, more lines.
  await page.waitForFunction(
    (before) => {
      const rows = [...document.querySelectorAll('.xterm-rows > div')].map((row) => row.textContent.trim());
      return rows.some((row) => Number(row) > before);
    },
    before,
  );
  await shown(page, /^:/);
  await page.keyboard.type('q');
  await idle(page);
  assert.match(await run(page, 'echo $COLUMNS $LINES; stty size'), /^(\d+) (\d+)\n\2 \1$/m);
});
