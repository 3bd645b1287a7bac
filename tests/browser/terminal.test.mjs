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

test('Tab knows kinds, objects, namespaces, containers, values of flags, contexts and variables', async (t) => {
  const page = await open(t);
  await prompt(page);
  await run(page, 'kubectl create -f example-pod.yml; kubectl create deployment web --image=nginx; kubectl create ns team-a');
  for (const [typed, wanted] of [
    ['kubectl get deploy,stat', /# kubectl get deploy,statefulsets\.apps *$/],
    ['kubectl logs exam', /# kubectl logs example-pod *$/],
    ['kubectl describe deployment/', /# kubectl describe deployment\/web *$/],
    ['kubectl logs example-pod -c ', /# kubectl logs example-pod -c web *$/],
    ['kubectl -n tea', /# kubectl -n team-a *$/],
    ['kubectl get pods --outp', /# kubectl get pods --output *$/],
    ['kubectl config use-context kub', /# kubectl config use-context kubernetes-admin@kubernetes *$/],
    ['kubectl apply -f ', /# kubectl apply -f example-pod\.yml *$/],
    ['echo $HOM', /# echo \$HOME *$/],
    ['ls /et', /# ls \/etc\/ *$/],
  ]) {
    await clear(page);
    await keys(page, typed);
    await page.keyboard.press('Tab');
    await shown(page, wanted);
  }
  for (const [typed, wanted] of [
    ['kubectl get pods -o ', /^custom-columns\S* .*\bname\b +wide$/],
    ['kubectl get p', /^pods +\(Pod\)$/],
    ['kubectl rollout ', /^undo +\(Undo a previous rollout\)$/],
    ['kubectl get ns ', /^default .*kube-system +team-a$/],
  ]) {
    await clear(page);
    await keys(page, typed);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await shown(page, wanted);
    // The line is there again below the list.
    await shown(page, new RegExp(`# ${typed.trimEnd()} *$`));
  }
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

test('keys of Emacs move, change and take back; the history is called by number and outlives a reload', async (t) => {
  const page = await open(t);
  await prompt(page);
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await keys(page, 'echo one two three');
  await press('Alt+b', 'Alt+b');
  await page.keyboard.type('X');
  await shown(page, /# echo one Xtwo three\n*$/);
  await press('Control+_', 'Control+a', 'Alt+f', 'Alt+f', 'Alt+d', 'Control+e', 'Alt+Backspace');
  await shown(page, /# echo one *\n*$/);
  await page.keyboard.type('ab');
  await press('Control+t', 'Control+b', 'Control+d');
  await page.keyboard.type('c');
  await shown(page, /# echo one +bc\n*$/);
  await press('Enter');
  await shown(page, /^one bc$/);
  await run(page, 'echo second');
  await clear(page);
  assert.match(await run(page, '!1'), /^one bc$/m);
  assert.match(await run(page, 'echo !$ again'), /^bc again$/m);
  await keys(page, 'never run');
  await page.keyboard.press('Control+c');
  await idle(page);

  await page.reload();
  await prompt(page);
  await focus(page);
  await press('ArrowUp');
  await shown(page, /# echo bc again\n*$/);
  await press('Control+r');
  await page.keyboard.type('sec');
  await shown(page, /`sec': echo second/);
  await press('Control+g', 'Control+u');
  await run(page, 'history');
  await shown(page, /^ +2 {2}echo second$/);
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

test('emoji and marks over letters are one step of the cursor, and files named by them are completed', async (t) => {
  const page = await open(t);
  await prompt(page);
  for (const [typed, left] of [
    ['👍', ''],
    ['e\u0301', ''],
    ['한글', '한'],
  ]) {
    await keys(page, 'echo [');
    await paste(page, typed);
    await page.keyboard.type(']');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('x');
    await shown(page, new RegExp(`# echo \\[${left}x\\]\n*$`));
    await page.keyboard.press('Enter');
    await shown(page, new RegExp(`^\\[${left}x\\]$`));
  }
  await clear(page);
  await paste(page, 'touch 日本語.txt プログラム.txt');
  await page.keyboard.press('Enter');
  await idle(page);
  await keys(page, 'ls ');
  await paste(page, '日');
  await page.keyboard.press('Tab');
  await shown(page, /# ls 日本語\.txt *$/);
  await clear(page);
  await keys(page, 'ls ');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  // The columns of the list begin at the same cell: a wide letter counts for two.
  await shown(page, /^example-pod\.yml {2}プログラム\.txt {3}日本語\.txt$/);
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

test('a cursor that blinks has nothing drawn in between, and what scrolls by leaves the end in sight', async (t) => {
  const page = await open(t);
  await prompt(page);
  await focus(page);
  const seen = () => page.evaluate(() => !document.querySelector('.cursor-away'));
  for (const wanted of [false, true, false]) {
    await page.waitForFunction((wanted) => !document.querySelector('.cursor-away') === wanted, wanted);
  }
  await page.keyboard.press('a');
  assert.ok(await seen(), 'a key shows the cursor');
  // Whatever is animated without an end is drawn sixty times a second.
  const endless = () => document.getAnimations().filter(({ effect }) => effect.getTiming().iterations === Infinity).length;
  assert.equal(await page.evaluate(endless), 0);
  await page.keyboard.press('Control+u');
  await run(page, 'seq 3000');
  await shown(page, /^2999\n3000$/m);
  // The scroll bar knows how long the text is, and where in it one is.
  const slider = await page.evaluate(() => {
    const [bar, thumb] = ['.xterm .scrollbar.vertical', '.xterm .scrollbar.vertical .slider'].map((name) => document.querySelector(name).getBoundingClientRect());
    return [Math.abs(thumb.bottom - bar.bottom), thumb.height / bar.height];
  });
  assert.ok(slider[0] < 3 && slider[1] < 0.3, `the slider is at the end: ${slider}`);
});
