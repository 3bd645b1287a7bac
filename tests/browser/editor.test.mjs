// The editor: Monaco, fetched when it is first wanted.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible, open, prompt, screenshot, useBrowser } from './support/site.mjs';
import { idle, pasteHere, run, shown, type } from './support/terminal.mjs';

useBrowser();

/** Opens a file by its button beside the terminal's title. */
async function openFile(page, name) {
  await page.locator(`.terminal [data-file="/root/${name}"]`).click();
  await page.locator('.monaco-editor .view-line').first().waitFor();
}

/** Replaces the whole text of the editor. */
async function rewrite(page, text) {
  await page.locator('.monaco-editor .view-lines').first().click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  // Pasted: what is typed would be indented by the editor.
  await pasteHere(page, text);
}

/** Waits for a problem on this line. */
const problem = (page, line, message) =>
  page.locator('.problem').filter({ hasText: new RegExp(`^\\s*${line}\\D`) }).filter({ hasText: message }).first().waitFor();

/** The text in front, as far as it is in view. */
const text = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('.monaco-editor .view-line')]
      .sort((a, b) => a.offsetTop - b.offsetTop)
      .map((line) => line.textContent.replaceAll('\u00a0', ' ')),
  );

const pod = (image) =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: from-editor\nspec:\n  containers:\n  - name: web\n    image: ${image}\n`;

test('mistakes are marked on their line, and Apply runs what a person would type', async (t) => {
  const page = await open(t);
  await prompt(page);
  await openFile(page, 'example-pod.yml');
  const workers = page.workers().map((worker) => worker.url());
  assert.equal(workers.filter((url) => /editor/.test(url)).length <= 1, true, 'one worker at most, the editor\'s');

  await rewrite(page, pod('nginx').replace('kind: Pod', 'kind: [Pod'));
  await problem(page, 3, /did not find expected|mapping|flow/i);
  await page.locator('.squiggly-error').first().waitFor();

  await rewrite(page, pod('nginx').replace('image: nginx', 'imag: nginx'));
  await problem(page, 8, 'unknown field "spec.containers[0].imag"');
  await rewrite(page, pod('nginx').replace('from-editor', 'From_Editor'));
  await problem(page, 4, 'metadata.name');
  await rewrite(page, pod('nginx').replace('kind: Pod', 'kind: Pot'));
  await problem(page, 2, 'no matches for kind "Pot"');

  await rewrite(page, pod('nginx'));
  await page.locator('.problem').first().waitFor({ state: 'detached' });
  await page.locator('.file-tab.dirty').waitFor();
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await shown(page, /# kubectl apply -f example-pod\.yml\npod\/from-editor created/);
  await page.locator('[data-pod="from-editor"][data-status="Running"]').waitFor();
  await page.locator('.file-tab.dirty').waitFor({ state: 'detached' });
  await screenshot(page, 'editor');
});

test('several files are open at once; what is not saved survives a reload', async (t) => {
  const page = await open(t);
  await prompt(page);
  await run(page, 'echo "a: 1" > other.yaml');
  await openFile(page, 'other.yaml');
  await openFile(page, 'example-pod.yml');
  assert.equal(await page.locator('.file-tab').count(), 2);
  await rewrite(page, '# not saved\n');
  await page.locator('.file-tab.dirty').waitFor();
  // The shell still sees what was saved.
  assert.match(await run(page, 'head -1 example-pod.yml'), /^apiVersion: v1$/m);
  await page.waitForTimeout(500);
  await page.reload();
  await prompt(page);
  await page.locator('.monaco-editor .view-line').first().waitFor();
  await page.locator('.file-tab.dirty').waitFor();
  assert.equal(await page.locator('.file-tab').count(), 2);
  assert.equal((await text(page))[0], '# not saved');
  // Ctrl-S saves it.
  await page.locator('.monaco-editor .view-lines').first().click();
  await page.keyboard.press('Control+s');
  await page.locator('.file-tab.dirty').waitFor({ state: 'detached' });
  assert.match(await run(page, 'cat example-pod.yml'), /^# not saved$/m);
  // What the shell writes shows in the editor.
  await run(page, 'echo "# by the shell" > example-pod.yml');
  await page.waitForFunction(() => document.querySelector('.monaco-editor .view-lines')?.textContent.includes('shell'));
});

test('programs open the editor and wait for its end', async (t) => {
  const page = await open(t);
  await prompt(page);
  await type(page, 'vi notes.txt');
  await page.locator('.monaco-editor .view-line').first().waitFor();
  await rewrite(page, 'written in vi\n');
  await page.getByRole('button', { name: 'Save and close' }).click();
  await idle(page);
  assert.match(await run(page, 'cat notes.txt'), /^written in vi$/m);

  await run(page, 'kubectl create -f example-pod.yml');
  await type(page, 'kubectl edit pod example-pod');
  await page.waitForFunction(() => document.querySelector('.monaco-editor .view-lines')?.textContent.includes('Please'));
  await page.getByRole('button', { name: 'Give up' }).click();
  await shown(page, 'Edit cancelled, no changes made.');
  await idle(page);
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe-core finds nothing serious with editor and inspector open in ${colorScheme}`, async (t) => {
    const page = await open(t, { colorScheme });
    await prompt(page);
    await run(page, 'kubectl create -f example-pod.yml');
    await openFile(page, 'example-pod.yml');
    await page.locator('[data-pod="example-pod"][data-status="Running"]').click();
    await page.getByRole('tab', { name: 'Describe' }).click();
    await page.locator('#dock pre').waitFor();
    await screenshot(page, `editor-inspector-${colorScheme}`);
    // Monaco's own insides are its makers' affair.
    await assertAccessible(page, { exclude: ['.monaco-editor'] });
  });
}
