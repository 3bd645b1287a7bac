// What xterm.js 6 does anew for each line that scrolls by is done once for each piece of output here: a thousand lines would
// move the scroll bar a thousand times, set as many timers, and have all rows drawn twice and laid out one by one for screen
// readers before the first of them is seen.
//
// These are inner parts of xterm.js without a public name. In a version that has other ones nothing is changed.

/** Milliseconds by which the rows that screen readers read follow those that are seen. */
const READ_LATER = 100;

/** Milliseconds that the cursor is seen, and is not. */
const BLINK = 500;

/**
 * Lets the cursor of `terminal` blink while it has the keyboard. xterm.js does it by an animation, for which the browser
 * draws the whole page anew sixty times a second, for as long as it is open.
 */
export function blink(terminal, place) {
  let alarm = 0;
  const show = (seen) => place.classList.toggle('cursor-away', !seen);
  const stop = () => {
    clearInterval(alarm);
    show(true);
  };
  const start = () => {
    stop();
    let seen = true;
    alarm = setInterval(() => show((seen = !seen)), BLINK);
  };
  terminal.textarea?.addEventListener('focus', start);
  terminal.textarea?.addEventListener('keydown', start);
  terminal.textarea?.addEventListener('blur', stop);
}

/**
 * What has the next piece of output that `terminal` is given parsed at once, if nothing waits before it, and not in a task
 * of its own some milliseconds later: xterm.js does so for what answers a key that it has heard itself.
 */
export function hurry(terminal) {
  const buffer = terminal._core?._writeBuffer;
  return typeof buffer?.handleUserInput === 'function' ? () => buffer.handleUserInput() : () => {};
}

/** Calms `terminal`, which has been opened. */
export function calm(terminal) {
  const { _inputHandler: input, _viewport: viewport, _selectionService: selection, _accessibilityManager: reader } = terminal._core ?? {};
  const have = (part, ...names) => part && names.every((name) => typeof part[name] === 'function');
  if (have(input, 'parse') && have(viewport, '_sync')) calmScrolling(input, viewport);
  if (have(selection, 'refresh')) calmSelection(selection);
  if (have(reader?.value, '_refreshRows')) calmReading(reader.value);
}

/** The scroll bar moves at the end of a piece. */
function calmScrolling(input, viewport) {
  const parse = input.parse.bind(input);
  const sync = viewport._sync.bind(viewport);
  let inside = false;
  let due = false;
  viewport._sync = (...line) => {
    if (inside) due = true;
    else sync(...line);
  };
  input.parse = (...piece) => {
    inside = true;
    try {
      return parse(...piece);
    } finally {
      inside = false;
      if (due) sync();
      due = false;
    }
  };
}

/** A selection that is not there, and was not there, need not be drawn again, nor all rows with it. */
function calmSelection(selection) {
  const refresh = selection.refresh.bind(selection);
  let drawn = false;
  selection.refresh = (byMouse) => {
    const had = drawn;
    drawn = selection.hasSelection;
    if (had || drawn || byMouse) refresh(byMouse);
  };
}

/** The rows for screen readers wait until those that are seen have been painted. */
function calmReading(reader) {
  const refresh = reader._refreshRows.bind(reader);
  let [from, to, alarm] = [Infinity, 0, 0];
  reader._refreshRows = (start = 0, end = Infinity) => {
    from = Math.min(from, start);
    to = Math.max(to, end);
    alarm ||= setTimeout(() => {
      const rows = to === Infinity ? [] : [from, to];
      [from, to, alarm] = [Infinity, 0, 0];
      refresh(...rows);
    }, READ_LATER);
  };
}
