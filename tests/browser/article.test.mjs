// The article's day in the real page: the pod is created, watched, inspected and deleted, the lesson ticks along, and a
// reload brings the cluster back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible, open, prompt, screenshot, sites, useBrowser } from './support/site.mjs';
import { shown, type } from './support/terminal.mjs';

useBrowser();

const tile = (page, name) => page.locator(`[data-pod="${name}"]`);

/** Waits until a pod's tile has one of these statuses. */
const status = (page, name, ...wanted) =>
  page.waitForFunction(
    ([name, wanted]) => wanted.includes(document.querySelector(`[data-pod="${name}"]`)?.dataset.status),
    [name, wanted],
  );

for (const [name, url] of Object.entries(sites)) {
  test(`the article's commands work at ${new URL(url).pathname}`, async (t) => {
    const page = await open(t, { url });
    await prompt(page);
    await type(page, 'kubectl get pods');
    await shown(page, 'No resources found in default namespace.');
    await type(page, 'kubectl create -f example-pod.yml');
    await shown(page, 'pod/example-pod created');
    await status(page, 'example-pod', 'Pending', 'ContainerCreating', 'Running');
    await status(page, 'example-pod', 'Running');
    await screenshot(page, `article-running-${name}`);
    await type(page, 'kubectl get pods');
    await shown(page, '1/1     Running');
    await type(page, 'kubectl pods');
    await shown(page, 'error: unknown command "pods" for "kubectl"');
    await type(page, 'kubectl delete -f example-pod.yml');
    await shown(page, 'pod "example-pod" deleted from default namespace');
    await page.waitForFunction(() => !document.querySelector('[data-pod="example-pod"]'));
  });
}

test('a reload keeps the cluster', async (t) => {
  const page = await open(t);
  await prompt(page);
  await type(page, 'kubectl create -f example-pod.yml');
  await status(page, 'example-pod', 'Running');
  await page.waitForTimeout(1500);
  await page.reload();
  await prompt(page);
  await status(page, 'example-pod', 'Running');
  await type(page, 'kubectl get pods');
  await shown(page, '1/1     Running');
  assert.equal(await tile(page, 'example-pod').count(), 1);
});

test('the first lesson ticks as its steps are done', async (t) => {
  const page = await open(t);
  await prompt(page);
  await page.locator('[data-lesson="pods/01-first-pod"]').click();
  await page.locator('[data-step="create"]').waitFor();
  const done = (step) =>
    page.waitForFunction(
      (step) => /, done/.test(document.querySelector(`[data-step="${step}"] button`)?.textContent ?? ''),
      step,
    );
  await type(page, 'kubectl create -f example-pod.yml');
  await done('create');
  await type(page, 'kubectl get pods');
  await done('list');
  await screenshot(page, 'lesson');
  await type(page, 'kubectl describe pod example-pod');
  await done('describe');
  await type(page, 'kubectl delete -f example-pod.yml');
  await done('delete');
});

test('on a phone there is one pane at a time', async (t) => {
  const page = await open(t, { viewport: { width: 390, height: 844 }, hasTouch: true, colorScheme: 'dark' });
  await prompt(page);
  await screenshot(page, 'phone-dark');
  await assertAccessible(page);
});
