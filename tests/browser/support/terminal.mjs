// The page's terminal under a test's fingers.

import assert from 'node:assert/strict';

/** Puts the keyboard's focus into the terminal. */
export const focus = (page) => page.locator('.xterm-helper-textarea').first().focus();

/** Types keys without Enter. */
export async function keys(page, text) {
  await focus(page);
  await page.keyboard.type(text);
}

/** Types a line as a person does. */
export async function type(page, line) {
  await keys(page, line);
  await page.keyboard.press('Enter');
}

/** Pastes a text into the terminal. */
export async function paste(page, text) {
  await focus(page);
  await pasteHere(page, text);
}

/** Pastes a text where the focus is, as a browser does. */
export async function pasteHere(page, text) {
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(event);
  }, text);
}

/** The visible lines, trailing blanks cut. */
export const rows = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('.xterm-rows > div')].map((row) => row.textContent.replaceAll('\u00a0', ' ').trimEnd()),
  );

/** Waits until the terminal's visible text matches a pattern, and returns it. */
export async function shown(page, wanted, timeout = 20_000) {
  const pattern = typeof wanted === 'string' ? wanted.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : wanted.source;
  try {
    const handle = await page.waitForFunction(
      (pattern) => {
        const rows = [...document.querySelectorAll('.xterm-rows > div')];
        const text = rows.map((row) => row.textContent.replaceAll('\u00a0', ' ').trimEnd()).join('\n');
        return new RegExp(pattern, 'm').test(text) && text;
      },
      pattern,
      { timeout },
    );
    return await handle.jsonValue();
  } catch (error) {
    assert.fail(`the terminal does not show ${wanted}:\n${(await rows(page)).join('\n').trimEnd()}\n${error.message}`);
  }
}

/** Waits for an empty prompt at the end: nothing runs. */
export const idle = (page) => shown(page, /(^|\n)\S*[#$]\n*$/);

/** Runs a line to its end and returns what is on the screen. */
export async function run(page, line) {
  await keys(page, line);
  // The empty prompt from before the line must not be taken for the one after it.
  await page.waitForFunction(() => {
    const rows = [...document.querySelectorAll('.xterm-rows > div')];
    const text = rows.map((row) => row.textContent.replaceAll('\u00a0', ' ').trimEnd()).join('\n');
    return !/(^|\n)\S*[#$]\n*$/.test(text);
  });
  await page.keyboard.press('Enter');
  return idle(page);
}

/** Clears the screen at a prompt. */
export async function clear(page) {
  await focus(page);
  await page.keyboard.press('Control+u');
  await page.keyboard.press('Control+l');
  await shown(page, /^\S*[#$]\n*$/);
}
