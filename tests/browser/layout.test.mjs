// Panes: their sizes, the keys that lead through them, the phone, and what people ask of their browser.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible, open, prompt, screenshot, useBrowser } from './support/site.mjs';
import { run, shown } from './support/terminal.mjs';

useBrowser();

const box = (page, selector) => page.locator(selector).first().boundingBox();

test('panes are resized by mouse and by keys, and remembered', async (t) => {
  const page = await open(t);
  await prompt(page);
  // The pane is put in place anew when the list of lessons comes.
  const list = page.locator('.lesson [data-lesson]').first();
  await list.waitFor();
  const line = page.getByRole('separator', { name: "Lesson's width" });
  const at = await line.boundingBox();
  const before = (await box(page, '.lesson')).width;
  await page.mouse.move(at.x + at.width / 2, at.y + 200);
  await page.mouse.down();
  await page.mouse.move(at.x + 80, at.y + 200, { steps: 4 });
  await page.mouse.up();
  const dragged = (await box(page, '.lesson')).width;
  assert.ok(Math.abs(dragged - before - 80) < 12, `${before} to ${dragged}`);
  await line.focus();
  await page.keyboard.press('ArrowRight');
  const wider = (await box(page, '.lesson')).width;
  assert.ok(wider > dragged);
  await page.reload();
  await prompt(page);
  await list.waitFor();
  assert.equal((await box(page, '.lesson')).width, wider);
  await page.getByRole('button', { name: 'Lesson', exact: true }).click();
  await page.locator('.lesson').waitFor({ state: 'hidden' });
});

test('F6 leads through the panes, and out of the terminal', async (t) => {
  const page = await open(t);
  await prompt(page);
  await page.locator('.lesson [data-lesson]').first().waitFor();
  const names = [];
  for (let i = 0; i < 4; i += 1) {
    await page.keyboard.press('F6');
    names.push(await page.evaluate(() => document.activeElement.closest('.pane')?.getAttribute('aria-label')));
  }
  assert.ok(new Set(names).size >= 3 && names.includes('Terminal'), names.join());
  // What has the focus can be seen.
  await page.keyboard.press('Shift+F6');
  const outlined = await page.evaluate(() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
  });
  assert.ok(outlined || names.at(-2) === 'Terminal');
});

test('a command of the lesson is typed into the terminal by its chip', async (t) => {
  const page = await open(t);
  await prompt(page);
  await page.locator('[data-lesson="pods/01-first-pod"]').click();
  await page.locator('[data-step="create"]').waitFor();
  const chip = page.locator('.lesson .command').first();
  const command = (await chip.textContent()).trim();
  await chip.click();
  await shown(page, `# ${command}`);
});

test('on a phone each pane has its tab', async (t) => {
  const page = await open(t, { viewport: { width: 390, height: 844 }, hasTouch: true });
  await prompt(page);
  for (const tab of ['Map', 'Terminal', 'Files', 'Lesson']) {
    await page.getByRole('tab', { name: tab }).click();
    await assertAccessible(page);
    await screenshot(page, `phone-${tab.toLowerCase()}`);
  }
  await page.getByRole('tab', { name: 'Files' }).click();
  await page.locator('.no-file [data-file="/root/example-pod.yml"]').click();
  await page.locator('.monaco-editor .view-line').first().waitFor();
  await page.getByRole('tab', { name: 'Terminal' }).click();
  await run(page, 'kubectl create -f example-pod.yml');
  await page.getByRole('tab', { name: 'Map' }).click();
  await page.locator('[data-pod="example-pod"]').click();
  await page.locator('#dock').waitFor();
  const moved = await page.evaluate(() => {
    scrollTo(100, 0);
    return scrollX;
  });
  assert.equal(moved, 0, 'the page does not scroll sideways');
  await screenshot(page, 'phone-inspector');
});

test('with reduced motion nothing moves by itself', async (t) => {
  const page = await open(t, { reducedMotion: 'reduce' });
  await prompt(page);
  await run(page, 'kubectl create -f example-pod.yml');
  await page.locator('[data-pod="example-pod"]').waitFor();
  const moving = await page.evaluate(() =>
    document
      .getAnimations()
      .filter((a) => a.playState === 'running' && a.effect.getComputedTiming().duration > 1)
      .map((a) => `${a.animationName ?? a.transitionProperty ?? 'script'} of ${a.effect.target.className}`),
  );
  assert.deepEqual(moving, []);
});
