// The map, the inspector, the timeline and the clock.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible, open, prompt, screenshot, useBrowser } from './support/site.mjs';
import { run, shown, type } from './support/terminal.mjs';

useBrowser();

const seconds = async (page) => {
  const [h, m, s] = (await page.locator('#clock').textContent()).split(':').map(Number);
  return (h * 60 + m) * 60 + s;
};

test('a tile goes through the phases of its pod, and the inspector tells all of it', async (t) => {
  const page = await open(t);
  await prompt(page);
  // Every state the tile has had, as it had them.
  await page.evaluate(() => {
    globalThis.seen = [];
    const note = () => {
      const status = document.querySelector('[data-pod="example-pod"]')?.dataset.status ?? 'gone';
      if (seen.at(-1) !== status) seen.push(status);
    };
    new MutationObserver(note).observe(document.querySelector('.map'), {
      subtree: true,
      childList: true,
      attributes: true,
    });
  });
  await run(page, 'kubectl create -f example-pod.yml');
  const tile = page.locator('[data-pod="example-pod"]');
  await page.locator('[data-pod="example-pod"][data-status="Running"]').waitFor();
  await tile.click();
  const dock = page.locator('#dock');
  for (const [tab, wanted] of [
    ['Describe', /Name:\s+example-pod/],
    ['YAML', /kind: Pod/],
    ['Logs', /nginx|start/i],
  ]) {
    await dock.getByRole('tab', { name: tab }).click();
    await dock.locator('pre').filter({ hasText: wanted }).waitFor();
  }
  await dock.getByRole('tab', { name: 'Events' }).click();
  await dock.getByText('Scheduled').first().waitFor();
  await dock.getByRole('tab', { name: 'Why' }).click();
  await dock.getByText('kube-scheduler').first().waitFor();
  await screenshot(page, 'inspector');
  await type(page, 'kubectl delete pod example-pod');
  await tile.waitFor({ state: 'detached' });
  await dock.getByText('Deleted').first().waitFor();
  const seen = await page.evaluate(() => seen.filter((status) => status !== 'gone'));
  const wanted = ['ContainerCreating', 'Running', 'Terminating'];
  assert.deepEqual(seen.filter((status) => wanted.includes(status)), wanted, seen.join());
  await dock.getByRole('tab', { name: 'Why' }).press('Escape');
  await dock.waitFor({ state: 'detached' });
});

test('virtual time is paused, sped up and skipped', async (t) => {
  const page = await open(t);
  await prompt(page);
  await page.getByRole('button', { name: 'Pause time' }).click();
  await page.locator('.clock.paused').waitFor();
  const stopped = await seconds(page);
  await page.waitForTimeout(1200);
  assert.equal(await seconds(page), stopped);
  await page.getByRole('button', { name: 'Let time run' }).click();
  await page.getByRole('radio', { name: '60 times real time' }).click();
  await page.waitForTimeout(1500);
  assert.ok((await seconds(page)) >= stopped + 30, 'a minute a second');
  await page.getByRole('radio', { name: '1 times real time' }).click();
  await type(page, 'sleep 600; echo slept');
  await page.waitForTimeout(300);
  const before = await seconds(page);
  await page.getByRole('button', { name: 'Jump to the next event' }).click();
  await shown(page, /^slept$/);
  assert.ok((await seconds(page)) >= before + 590);
});

test('the map is walked with the arrow keys', async (t) => {
  const page = await open(t);
  await prompt(page);
  for (const name of ['a', 'b']) await run(page, `kubectl run ${name} --image=nginx`);
  await page.locator('[data-pod="b"]').waitFor();
  await page.locator('.map button.pod[tabindex="0"]').focus();
  const first = await page.evaluate(() => document.activeElement.dataset.pod);
  await page.keyboard.press('ArrowRight');
  const second = await page.evaluate(() => document.activeElement.dataset.pod);
  assert.deepEqual([first, second].sort(), ['a', 'b']);
  await page.keyboard.press('Enter');
  await page.locator('#dock h2', { hasText: second }).waitFor();
  await assertAccessible(page);
});

test('a pod tells why it is on its node', async (t) => {
  const page = await open(t);
  await prompt(page);
  await run(page, 'kubectl create -f example-pod.yml');
  await page.locator('[data-pod="example-pod"][data-status="Running"]').click();
  await page.locator('.placement h3', { hasText: /^Why node-\d\?$/ }).waitFor();
  assert.equal(await page.locator('.placement li.chosen').count(), 1);
  assert.equal(await page.locator('.placement li').count(), 3);
  await page.locator('.placement', { hasText: 'NodeResourcesFit' }).waitFor();
  await assertAccessible(page);
  await screenshot(page, 'why-this-node');
  // One that fits nowhere says why, too.
  await run(page, "kubectl run big --image=nginx --overrides='{\"spec\":{\"nodeSelector\":{\"disk\":\"ssd\"}}}'");
  await page.locator('[data-pod="big"]').click();
  await page.locator('.placement h3', { hasText: 'Why on no node?' }).waitFor();
  assert.equal(await page.locator('.placement li.refused').count(), 3);
});

test('a node is broken and healed by clicks', async (t) => {
  const page = await open(t);
  await prompt(page);
  await page.locator('[data-node="node-2"]').click();
  await page.getByRole('tab', { name: 'Break' }).click();
  await assertAccessible(page);
  const item = (text) => page.locator('.faults li', { hasText: text }).last();
  await item('Kubelet stopped').getByRole('button', { name: 'Break' }).click();
  await page.locator('.node-notes .broken', { hasText: 'kubelet stopped' }).waitFor();
  await page.getByRole('radio', { name: '20 times' }).click();
  await page.locator('.node.down').waitFor({ timeout: 60_000 });
  await screenshot(page, 'fault');
  await page.locator('.map').getByRole('button', { name: 'Faults' }).click();
  await page.locator('.faults li.on', { hasText: 'node-2' }).first().getByRole('button', { name: 'Heal' }).click();
  await page.locator('.node-notes .broken').waitFor({ state: 'detached' });
  await page.locator('.node.down').waitFor({ state: 'detached', timeout: 60_000 });
  await item('Scheduler stopped').getByRole('button', { name: 'Break' }).click();
  await page.locator('.badge', { hasText: '1' }).waitFor();
  await run(page, 'kubectl create -f example-pod.yml');
  await page.locator('.queue [data-pod="example-pod"]').waitFor();
  await item('Scheduler stopped').getByRole('button', { name: 'Heal' }).click();
  await page.locator('[data-pod="example-pod"][data-status="Running"]').waitFor({ timeout: 60_000 });
});

test('requests fly over the map, are listed, and their success is measured', async (t) => {
  const page = await open(t);
  await prompt(page);
  await run(page, 'kubectl create deployment web --image=nginx --replicas=2');
  await run(page, 'kubectl expose deployment web --port=80');
  await run(page, 'kubectl wait --for=condition=Available deployment/web');
  await run(page, 'traffic start http://web');
  await page.locator('.traffic .stream-share', { hasText: '100% answered' }).waitFor();
  await page.locator('.flight').first().waitFor({ state: 'attached' });
  await page.locator('.map').getByRole('button', { name: 'Requests' }).click();
  await page.locator('.requests li', { hasText: 'service default/web' }).first().waitFor();
  await page.waitForTimeout(3000);
  await assertAccessible(page);
  await screenshot(page, 'traffic');
  // Nobody answers any more.
  await run(page, 'kubectl scale deployment web --replicas=0');
  await page.locator('.traffic .troubled').waitFor({ timeout: 60_000 });
  await page.locator('.requests li.failed').first().waitFor();
  await screenshot(page, 'traffic-troubled');
  await run(page, 'traffic stop');
  await page.locator('.traffic small', { hasText: 'stopped' }).waitFor();
});
