// Lessons as learners take them: each one from a click on its card to its end, by keys alone, on a phone, by a link, and
// with the network off.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assertAccessible, mark, open, prompt, screenshot, sites, useBrowser } from './support/site.mjs';
import { idle, paste, run, shown, type } from './support/terminal.mjs';

useBrowser();

const FIRST = 'pods/01-first-pod';

/** The list of all lessons, as the site serves it. */
async function index() {
  const answer = await fetch(new URL('lessons/index.json', sites.root));
  return (await answer.json()).lessons;
}

const step = (page, number) => page.locator('.steps > .step').nth(number);

/** Waits until the terminal takes a line, without looking at what it shows. */
const atPrompt = (page) => page.locator('.terminal[data-prompt="true"]').waitFor({ timeout: 120_000 });

/** Waits until a lesson is there to be read. */
const opened = (page, id) => page.locator(`.lesson[data-open="${id}"] .steps > .step.current`).waitFor();

/** Opens hints until there are no more, and returns the solution's lines; none of a step that is done already. */
async function solution(page, number) {
  const more = (number) => {
    const button = document.querySelectorAll('.steps > .step')[number].querySelector('[data-do="hint"]');
    button?.click();
    return Boolean(button);
  };
  while (await page.evaluate(more, number));
  return step(page, number)
    .locator('.solution [data-do="type"]')
    .evaluateAll((chips) => chips.map((chip) => chip.dataset.of));
}

/** Waits until something is so; what takes minutes of virtual time is hurried. False when it does not come to be. */
async function hurry(page, holds, most = 60_000) {
  const begin = Date.now();
  for (let jump = begin + 3000; Date.now() < begin + most; ) {
    if (await page.evaluate(holds.look, holds.of)) return true;
    if (Date.now() > jump) {
      // With requests every second a jump is a long way: one at a time.
      await page.evaluate(() => document.querySelector('button[aria-label="Jump to the next event"]').click());
      jump = Date.now() + 1000;
    }
    await page.waitForTimeout(15);
  }
  return false;
}

const prompted = { look: () => document.querySelector('.terminal').dataset.prompt === 'true' };
const stepDone = (of) => ({
  look: (of) => document.querySelectorAll('.steps > .step')[of].classList.contains('done'),
  of,
});

/** Plays the open lesson to its end by its solutions. */
async function play(page, id) {
  const steps = await page.locator('.steps > .step').count();
  for (let number = 0; number < steps; number += 1) {
    await hurry(page, prompted);
    for (const line of await solution(page, number)) {
      await paste(page, line);
      await page.keyboard.press('Enter');
      await page.waitForTimeout(30);
      assert.ok(await hurry(page, prompted), `${id}: this does not end: ${line}`);
    }
    if (!(await hurry(page, stepDone(number)))) {
      const open = await step(page, number).innerText();
      assert.fail(`${id}: step ${number + 1} is not done by its solution:\n${open}`);
    }
  }
  await page.locator('.finish .did').waitFor();
}

test('every lesson is played from a click on it to its end', { timeout: 1_200_000 }, async (t) => {
  const page = await open(t, { reducedMotion: 'reduce' });
  await prompt(page);
  const lessons = await index();
  assert.ok(lessons.length >= 8);
  for (const { id } of lessons) {
    await t.test(id, async () => {
      await page.locator('a.brand').click();
      await page.locator(`.at-home [data-lesson="${id}"]`).click();
      await opened(page, id);
      await page.getByRole('radio', { name: '60 times' }).click();
      await play(page, id);
      if (id === FIRST) await screenshot(page, 'lesson-end');
    });
  }
  await page.locator('a.brand').click();
  await page.locator('.done-bar', { hasText: `${lessons.length} of ${lessons.length} lessons` }).waitFor();
  await screenshot(page, 'home-done');
});

test('a lesson is found, taken and ended by keys alone', async (t) => {
  const page = await open(t);
  await prompt(page);
  await page.locator('.lesson [data-lesson]').first().waitFor();
  const focused = (selector) => page.evaluate((selector) => document.activeElement?.matches(selector), selector);
  const press = async (key, selector, most = 60) => {
    for (let i = 0; i < most && !(await focused(selector)); i += 1) await page.keyboard.press(key);
    assert.ok(await focused(selector), `${key} leads to ${selector}`);
  };
  await page.keyboard.press('F6');
  await press('Shift+Tab', 'a.brand');
  await page.keyboard.press('Enter');
  await page.locator('.at-home').waitFor();
  await press('Tab', '.search input');
  await page.keyboard.type('first pod');
  await page.keyboard.press('Enter');
  await opened(page, FIRST);
  for (const number of [0, 1, 2, 3, 4, 5, 6]) {
    if ((await step(page, number).count()) === 0) break;
    await press('F6', '.lesson *', 8);
    await press('Tab', `.step.current [data-do="hint"]`);
    while (await focused('.step.current [data-do="hint"]')) await page.keyboard.press('Enter');
    await press('Tab', '.step.current [data-do="show"]');
    const lines = await step(page, number).locator('.solution [data-do="type"]').evaluateAll((all) => all.map((chip) => chip.dataset.of));
    await press('F6', '.xterm-helper-textarea', 8);
    for (const line of lines) {
      await page.keyboard.type(line);
      await page.keyboard.press('Enter');
      await atPrompt(page);
    }
    await page.locator(`.steps > .step.done >> nth=${number}`).waitFor({ timeout: 60_000 });
  }
  await press('F6', '.lesson *', 8);
  await press('Tab', '.finish [data-do="answer"]');
  await page.keyboard.press('Enter');
  await page.locator('.answer.right, .answer.wrong').first().waitFor();
  assert.ok(await focused('[data-do="answer"]'), 'the focus stays on the answer');
  await press('Tab', '.finish [data-do="lesson"]');
  await page.keyboard.press('Enter');
  await page.locator(`.lesson:not([data-open="${FIRST}"]) .step.current`).waitFor();
});

test('on a phone a lesson shows its own solution, and its end', async (t) => {
  const page = await open(t, { viewport: { width: 390, height: 844 }, hasTouch: true, reducedMotion: 'reduce' });
  await prompt(page);
  await screenshot(page, 'phone-home');
  await assertAccessible(page);
  await page.locator(`[data-lesson="${FIRST}"]`).tap();
  await opened(page, FIRST);
  const steps = await page.locator('.steps > .step').count();
  for (let number = 0; number < steps; number += 1) {
    await page.getByRole('tab', { name: 'Lesson' }).tap();
    await solution(page, number);
    if (number === 0) await screenshot(page, 'phone-solution');
    await step(page, number).locator('[data-do="show"]').tap();
    // The terminal comes to the front and types.
    await page.locator('.xterm').waitFor();
    await page.locator('.showing').waitFor({ state: 'detached', timeout: 60_000 });
    await page.locator(`.steps > .step.done >> nth=${number}`).waitFor({ state: 'attached', timeout: 60_000 });
  }
  await page.getByRole('tab', { name: 'Lesson' }).tap();
  await page.locator('.finish').scrollIntoViewIfNeeded();
  await screenshot(page, 'phone-lesson-end');
  await assertAccessible(page);
});

test('the solution types itself until somebody types, and a step is skipped and begun again', async (t) => {
  const page = await open(t, { query: `?lesson=${FIRST}` });
  await opened(page, FIRST);
  await atPrompt(page);
  await solution(page, 0);
  await step(page, 0).locator('[data-do="show"]').click();
  await shown(page, /# kubectl c/);
  await page.locator('.showing').waitFor();
  await page.locator('.xterm-helper-textarea').first().focus();
  await page.keyboard.press('Control+u');
  await page.locator('.showing').waitFor({ state: 'detached' });
  await page.waitForTimeout(300);
  await idle(page);

  await step(page, 0).locator('[data-do="skip"]').click();
  await page.locator('.steps > .step.skipped').waitFor();
  await page.locator('[data-pod="example-pod"]').waitFor();
  await run(page, 'touch later');
  // The step again: its Pod is gone, and so is what came later.
  await step(page, 0).locator('h2 button').click();
  await step(page, 0).locator('[data-do="restart"]').click();
  await page.locator('[data-pod="example-pod"]').waitFor({ state: 'detached' });
  await idle(page);
  assert.doesNotMatch(await run(page, 'ls'), /later/);
  await type(page, 'kubectl create -f example-pod.yml');
  await page.locator('.steps > .step.done').first().waitFor();

  // The lesson comes back where it was, and the address leads to it.
  assert.match(page.url(), new RegExp(`#${FIRST}$`));
  await page.reload();
  await prompt(page);
  await opened(page, FIRST);
  assert.equal(await page.locator('.steps > .step.done').count(), 1);
  // Free play leaves the lesson and keeps the cluster.
  await page.locator('.lesson [data-do="free"]').first().click();
  await page.locator('.lesson .cards').first().waitFor();
  assert.equal(await page.locator('[data-pod="example-pod"]').count(), 1);
});

test('a lesson begins in a cluster of its own, and the one before can be brought back', async (t) => {
  const page = await open(t);
  await prompt(page);
  await run(page, 'kubectl create -f example-pod.yml; echo mine > mine.txt');
  await page.locator('[data-pod="example-pod"]').waitFor();
  await page.locator(`[data-lesson="${FIRST}"]`).first().click();
  await opened(page, FIRST);
  await page.locator('[data-pod="example-pod"]').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Bring mine back' }).click();
  await page.locator('[data-pod="example-pod"]').waitFor();
  await idle(page);
  assert.match(await run(page, 'cat mine.txt'), /^mine$/m);
});

test('the list is searched, and leads back', async (t) => {
  const page = await open(t, { query: '#lessons' });
  await prompt(page);
  await page.locator('.at-home [data-lesson]').first().waitFor();
  await screenshot(page, 'home');
  await assertAccessible(page);
  const all = await page.locator('[data-lesson]').count();
  await page.getByRole('searchbox').fill('rolling');
  await page.waitForFunction((all) => document.querySelectorAll('[data-lesson]').length < all, all);
  assert.ok((await page.locator('[data-lesson]').count()) > 0);
  await page.getByRole('searchbox').fill('no such thing');
  await page.getByText('No lesson has all of these words in it.').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.at-home').waitFor({ state: 'detached' });
  await page.locator('.xterm').waitFor();
});

test('a lesson is read in another language, and one of one\'s own is opened from disk', async (t) => {
  const page = await open(t, { query: `?lesson=${FIRST}` });
  await opened(page, FIRST);
  await atPrompt(page);
  await run(page, 'kubectl create -f example-pod.yml');
  await page.locator('.steps > .step.done').first().waitFor();
  // What has been done stays done, and the cluster is the same.
  await page.getByRole('group', { name: 'Language' }).getByRole('button', { name: 'Deutsch' }).click();
  await page.locator('.lesson h1', { hasText: 'Dein erster Pod' }).waitFor();
  await page.locator('.lesson-body[lang="de"]').waitFor();
  assert.equal(await page.locator('.steps > .step.done').count(), 1);
  assert.equal(await page.locator('[data-pod="example-pod"]').count(), 1);
  await page.locator('a.brand').click();
  await page.locator('.at-home [data-lesson]', { hasText: 'Dein erster Pod' }).waitFor();
  const chosen = page.waitForEvent('filechooser');
  await page.locator('[data-do="open-folder"]').click();
  await (await chosen).setFiles(fileURLToPath(new URL('../../lessons/pods/03-crash-loop', import.meta.url)));
  await page.locator('.lesson[data-open="own/03-crash-loop"] .step.current').waitFor();
  await page.locator('.lesson .eyebrow', { hasText: 'Your own lesson' }).waitFor();
});

test('a lesson opens in a part of another page', async (t) => {
  const page = await open(t, { query: `?embed=1&lesson=${FIRST}`, viewport: { width: 900, height: 560 } });
  await opened(page, FIRST);
  await prompt(page);
  await screenshot(page, 'embedded');
  assert.equal(await page.getByRole('button', { name: 'Start over' }).count(), 0);
  await page.getByRole('link', { name: 'Open in a tab' }).waitFor();
  await assertAccessible(page);
});

test('with the network off, everything that has been loaded goes on, a lesson too', async (t) => {
  const page = await open(t, { reducedMotion: 'reduce' });
  await prompt(page);
  await run(page, 'kubectl get nodes');
  const lessons = await index();
  // They are fetched while nothing else is to be done.
  await page.waitForFunction(
    (count) => performance.getEntriesByType('resource').filter(({ name }) => /lessons\/.+\/.+\.json/.test(name)).length >= count,
    lessons.length,
    { timeout: 60_000 },
  );
  await page.context().setOffline(true);
  const { id } = lessons[1];
  await page.locator(`[data-lesson="${id}"]`).first().click();
  await opened(page, id);
  await page.getByRole('radio', { name: '60 times' }).click();
  await play(page, id);
});

test('a second visit needs no network at all', async (t) => {
  const page = await open(t, { serviceWorkers: 'allow' });
  await prompt(page);
  await run(page, 'kubectl create -f example-pod.yml');
  await page.evaluate(async () => {
    const { active, installing, waiting } = await navigator.serviceWorker.ready;
    const worker = active ?? installing ?? waiting;
    while (worker.state !== 'activated') await new Promise((go) => setTimeout(go, 100));
  });
  await page.waitForTimeout(1000);
  await page.context().setOffline(true);
  await page.reload();
  await mark(page, 'tabernetes:prompt');
  await page.locator('[data-pod="example-pod"]').waitFor();
  assert.match(await run(page, 'kubectl get pods'), /example-pod/);
  await page.locator(`[data-lesson="${FIRST}"]`).click();
  await opened(page, FIRST);
});
