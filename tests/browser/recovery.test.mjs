// When something breaks: the engine fails, the storage holds nonsense, or a person wants to start over.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open, prompt, screenshot, useBrowser } from './support/site.mjs';
import { idle, pasteHere, rows, run, shown, type } from './support/terminal.mjs';

useBrowser();

const engine = (page) => page.workers().find((worker) => /worker_loader/.test(worker.url()));

/** Waits until another engine than this one is up. */
async function anotherEngine(page, old) {
  for (let i = 0; i < 200 && (engine(page) === old || !engine(page)); i += 1) await page.waitForTimeout(100);
  await page.locator('#engine', { hasText: 'Kubernetes v' }).waitFor();
}

test('an engine that fails is replaced, and no file is lost', async (t) => {
  const page = await open(t, { expectErrors: true });
  await prompt(page);
  await run(page, 'kubectl create -f example-pod.yml');
  await page.locator('[data-pod="example-pod"][data-status="Running"]').waitFor();
  // A file saved in the editor after the last command.
  await run(page, 'echo about to break');
  await page.locator('.terminal [data-file="/root/example-pod.yml"]').click();
  await page.locator('.monaco-editor .view-lines').first().click();
  await page.keyboard.press('Control+Home');
  await pasteHere(page, '# kept\n');
  await page.keyboard.press('Control+s');
  await page.locator('.file-tab.dirty').waitFor({ state: 'detached' });
  await page.waitForTimeout(300);

  // What the engine says is broken: as after a panic in the middle of a message.
  const old = engine(page);
  await old.evaluate(() => globalThis.postMessage(new Uint8Array([200, 200, 200]).buffer));
  await page.locator('.notice.trouble', { hasText: 'The engine stopped on an error of its own' }).waitFor();
  await anotherEngine(page, old);
  await page.locator('[data-pod="example-pod"][data-status="Running"]').waitFor();
  await idle(page);
  assert.doesNotMatch((await rows(page)).join('\n'), /about to break/, 'the last command is undone');
  assert.match(await run(page, 'head -1 example-pod.yml'), /^# kept$/m);

  // And once more, by an exception, after a reload of what was restored.
  await page.reload();
  await prompt(page);
  await page.locator('[data-pod="example-pod"][data-status="Running"]').waitFor();
  const second = engine(page);
  await second.evaluate(() => {
    setTimeout(() => {
      throw new Error('broken on purpose');
    });
  });
  await anotherEngine(page, second);
  await idle(page);
  assert.match(await run(page, 'head -1 example-pod.yml'), /^# kept$/m);
});

test('a saved state that cannot be read is said so, and a new cluster starts', async (t) => {
  const page = await open(t);
  await prompt(page);
  await page.waitForTimeout(300);
  await page.evaluate(async () => {
    const [{ name }] = await indexedDB.databases();
    const db = await new Promise((done) => {
      indexedDB.open(name).onsuccess = (event) => done(event.target.result);
    });
    await new Promise((done) => {
      const put = db.transaction('log', 'readwrite').objectStore('log').put('{"broken', 0);
      put.onsuccess = done;
    });
  });
  await page.reload();
  await prompt(page);
  await page.locator('.notice.trouble', { hasText: 'saved state' }).waitFor();
  assert.match(await run(page, 'kubectl get nodes'), /node-3/);
  // It is replaced by what can be.
  await page.waitForTimeout(500);
  await page.reload();
  await prompt(page);
  await shown(page, /node-3/);
  assert.equal(await page.locator('.notice.trouble').count(), 0);
});

test('starting over asks once and leaves nothing behind', async (t) => {
  const page = await open(t);
  await prompt(page);
  await run(page, 'kubectl create -f example-pod.yml; echo x > mine.txt');
  await page.locator('.terminal [data-file="/root/mine.txt"]').waitFor();
  await page.getByRole('button', { name: 'Start over' }).click();
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  assert.equal(await page.locator('[data-pod="example-pod"]').count(), 1);
  await page.getByRole('button', { name: 'Start over' }).click();
  await page.locator('.ask .danger').click();
  await page.locator('[data-pod="example-pod"]').waitFor({ state: 'detached' });
  await page.locator('#engine', { hasText: 'Kubernetes v' }).waitFor();
  await idle(page);
  assert.match(await run(page, 'ls'), /example-pod\.yml/);
  assert.doesNotMatch(await run(page, 'ls'), /mine\.txt/);
  await page.reload();
  await prompt(page);
  assert.equal(await page.locator('[data-pod]').count(), 0);
});

test('the second half of the page is fetched until it comes, and the terminal does not wait for it', async (t) => {
  let blocked = true;
  const prepare = (context) => context.route(/app_rest/, (route) => (blocked ? route.abort() : route.continue()));
  const page = await open(t, { expectErrors: true, prepare });
  await prompt(page);
  await page.locator('.notice.trouble', { hasText: 'A part of the page could not be fetched' }).waitFor();
  assert.match(await run(page, 'kubectl get nodes'), /node-3/);
  await page.getByRole('heading', { name: 'Learn Kubernetes' }).waitFor();
  blocked = false;
  await page.locator('.lesson [data-lesson]').first().waitFor({ timeout: 60_000 });
  await page.locator('.notice.trouble').waitFor({ state: 'detached' });
});

test('the second half of the engine is fetched until it comes, and nothing that is typed is lost', async (t) => {
  let blocked = true;
  let asked = 0;
  const prepare = (context) =>
    context.route(/worker_rest/, (route) => {
      asked += 1;
      return blocked ? route.abort() : route.continue();
    });
  const page = await open(t, { expectErrors: true, prepare });
  await prompt(page);
  await type(page, 'kubectl create -f example-pod.yml');
  await page.locator('.notice.trouble', { hasText: 'The rest of the engine could not be loaded' }).waitFor();
  // It is said once, however often it is tried.
  const before = asked;
  while (asked < before + 2) await page.waitForTimeout(200);
  assert.equal(await page.locator('.notice.trouble').count(), 1);
  await screenshot(page, 'rest-blocked');
  assert.equal(await page.locator('[data-pod]').count(), 0);
  blocked = false;
  await shown(page, 'pod/example-pod created', 60_000);
  await page.locator('[data-pod="example-pod"]').waitFor();
  await page.locator('.notice.trouble').waitFor({ state: 'detached' });
  assert.match(await run(page, 'kubectl get pods'), /example-pod/);
  await page.reload();
  await prompt(page);
  await page.locator('[data-pod="example-pod"]').waitFor();
});
