// An author's way: a lesson from `tabernetes lesson new`, changed as docs/lesson-guide.md says (its own words are taken),
// checked, opened in the page from the disk and played to its end; broken ones, which harm nothing; and a lesson that its
// author changes while `cargo xtask serve` runs.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { open, prompt, useBrowser } from './support/site.mjs';
import { idle, run, type } from './support/terminal.mjs';

useBrowser();

const project = fileURLToPath(new URL('../../', import.meta.url));
const guide = readFileSync(path.join(project, 'docs/lesson-guide.md'), 'utf8');

/** A folder for a test. */
function folder(t) {
  const made = mkdtempSync(path.join(tmpdir(), 'tabernetes-author-'));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** `tabernetes`, as the native tests have built it, or as it is built now. */
function tabernetes() {
  const built = path.join(project, 'target/debug/tabernetes');
  if (process.env.TABERNETES) return process.env.TABERNETES;
  execFileSync('cargo', ['build', '--quiet', '-p', 'cli', '-p', 'tabernetes-tests'], { cwd: project });
  return built;
}

/** The block of the guide behind a mark. */
function block(mark) {
  const [, after] = guide.split(`<!-- ${mark} -->\n`);
  return after.split(/^````.*\n/m)[1];
}

/** Opens a folder in the page as a person does. */
async function choose(page, what) {
  const chosen = page.waitForEvent('filechooser');
  await page.locator('[data-do="open-folder"]').first().click();
  await (await chosen).setFiles(what);
}

const notice = (page, text) => page.locator('.notice', { hasText: text });

test('a lesson that follows the guide is checked, opened from disk and played to its end', { timeout: 900_000 }, async (t) => {
  const own = folder(t);
  const program = tabernetes();
  const lessons = path.join(own, 'lessons');
  mkdirSync(lessons);
  execFileSync(program, ['lesson', 'new', 'first/labels'], { cwd: own });
  const lesson = path.join(lessons, 'first/01-labels');
  assert.ok(existsSync(path.join(lesson, 'lesson.yaml')));
  for (const file of ['lesson.yaml', 'text.md']) writeFileSync(path.join(lesson, file), block(file));
  const said = execFileSync(program, ['lesson', 'check', 'lessons', '--only', 'labels'], { cwd: own, encoding: 'utf8' });
  assert.match(said, /^ok +first\/01-labels \(3 steps\)$/m);

  const page = await open(t, { reducedMotion: 'reduce' });
  await prompt(page);
  await choose(page, lesson);
  await page.locator('.lesson[data-open="own/01-labels"] .step.current').waitFor();
  await page.locator('.lesson .eyebrow', { hasText: 'Your own lesson' }).waitFor();
  const [, ...steps] = block('lesson.yaml').split(/^ {4}solution:\n/m);
  assert.equal(await page.locator('.steps > .step').count(), steps.length);
  for (const [number, step] of steps.entries()) {
    await idle(page);
    const [, line] = step.match(/^ {6}- (.+)$/m);
    await type(page, line);
    await page.locator(`.steps > .step.done >> nth=${number}`).waitFor();
  }
  await page.locator('.finish .did').waitFor();
});

test('what is no lesson, or a broken one, is said and nothing is lost', async (t) => {
  const own = folder(t);
  const write = (name, text) => {
    mkdirSync(path.dirname(path.join(own, name)), { recursive: true });
    writeFileSync(path.join(own, name), text);
  };
  const page = await open(t);
  await prompt(page);
  await run(page, 'kubectl create -f example-pod.yml; echo mine > mine.txt');
  await page.locator('[data-pod="example-pod"]').waitFor();

  write('none/README.md', '# Nothing');
  await choose(page, path.join(own, 'none'));
  await notice(page, 'there is no lesson.yaml in it').waitFor();

  write('broken/lesson.yaml', block('lesson.yaml').replace('selector:', 'selektor:'));
  write('broken/text.md', block('text.md'));
  await choose(page, path.join(own, 'broken'));
  await notice(page, 'unknown field `selektor`').waitFor();

  write('hostile/lesson.yaml', block('lesson.yaml'));
  write('hostile/text.md', block('text.md').replace('Both carry', '<script>document.title = "gone"</script>\n\nBoth carry'));
  await choose(page, path.join(own, 'hostile'));
  await notice(page, 'no form for HTML').waitFor();

  write('huge/lesson.yaml', `# ${'x'.repeat(3 << 20)}\nsteps: []\n`);
  write('huge/text.md', block('text.md'));
  await choose(page, path.join(own, 'huge'));
  await notice(page, 'lesson.yaml').filter({ hasText: 'too large' }).waitFor();

  // The cluster, its files and the terminal are as they were.
  assert.match(await run(page, 'cat mine.txt'), /^mine$/m);
  assert.equal(await page.locator('[data-pod="example-pod"]').count(), 1);
  assert.notEqual(await page.title(), 'gone');
  assert.equal(await page.locator('.steps > .step').count(), 0);

  // A picture in the folder is left out and named; the lesson is taken.
  write('whole/lesson.yaml', block('lesson.yaml'));
  write('whole/text.md', block('text.md'));
  write('whole/files/picture.png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0xff, 0xfe]));
  write('whole/.DS_Store', Buffer.from([0, 0, 0, 1, 0xff]));
  await choose(page, path.join(own, 'whole'));
  await page.locator('.lesson[data-open="own/whole"] .step.current').waitFor();
  await notice(page, 'picture.png').waitFor();
  await page.getByRole('button', { name: 'Bring mine back' }).click();
  await page.locator('[data-pod="example-pod"]').waitFor();
});

test('under cargo xtask serve the page follows what the author saves, and keeps the place', { timeout: 600_000 }, async (t) => {
  const own = folder(t);
  const lessons = path.join(own, 'lessons');
  cpSync(path.join(project, 'lessons/pods'), path.join(lessons, 'pods'), { recursive: true });
  const server = spawn('cargo', ['xtask', 'serve', '--port', '0', '--lessons', lessons], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => server.kill());
  const url = await new Promise((found, failed) => {
    let seen = '';
    server.stdout.on('data', (data) => {
      seen += data;
      const address = seen.match(/served on (\S+)/);
      if (address) found(`${address[1]}/`);
    });
    server.on('exit', () => failed(new Error(`it ended: ${seen}`)));
  });
  const page = await open(t, { url, query: '?lesson=pods/01-first-pod' });
  await page.locator('.lesson[data-open="pods/01-first-pod"] .step.current').waitFor();
  await idle(page);
  await type(page, 'kubectl create -f example-pod.yml');
  await page.locator('.steps > .step.done').first().waitFor();
  await page.evaluate(() => {
    document.querySelector('.lesson-body').scrollTop = 120;
  });
  const text = path.join(lessons, 'pods/01-first-pod/text.md');
  writeFileSync(text, readFileSync(text, 'utf8').replace('# Your first Pod', '# Your very first Pod'));
  await page.locator('.lesson h1', { hasText: 'Your very first Pod' }).waitFor();
  assert.equal(await page.locator('.steps > .step.done').count(), 1);
  assert.equal(await page.locator('[data-pod="example-pod"]').count(), 1);
  assert.equal(await page.evaluate(() => document.querySelector('.lesson-body').scrollTop), 120);
  // What cannot be read is said, and the page keeps what it has.
  writeFileSync(text, 'No title');
  await notice(page, 'text.md must begin with').waitFor();
  await page.locator('.lesson h1', { hasText: 'Your very first Pod' }).waitFor();
});
