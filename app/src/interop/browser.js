// The few things that have no binding of their own, or need a function of JavaScript's. One file: each of its
// functions is declared by the module of `interop/` that uses it.

// module.rs: a bundle by its address.
export const load = (url) => import(url);

// fonts.rs: a style sheet, once.
export const addSheet = (href) => {
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) return;
  const sheet = document.createElement('link');
  sheet.rel = 'stylesheet';
  sheet.href = href;
  document.head.append(sheet);
};

// half.rs: the second half of the page's module, once its style sheet is there; boot.js knows where it is. Where nothing is
// cut (component tests) it is there from the start.
export const loadLate = async (exports, href, done) => {
  if (href) {
    await new Promise((resolve) => {
      const sheet = document.createElement('link');
      sheet.rel = 'stylesheet';
      sheet.href = href;
      sheet.onload = resolve;
      // It is shown without its looks rather than not at all.
      sheet.onerror = resolve;
      document.head.append(sheet);
    });
  }
  if (globalThis.tabernetesLoadLate) globalThis.tabernetesLoadLate(exports, done);
  else done();
};

// lock.rs: takes a lock until the page ends; false when another tab has it.
export const hold = (name) =>
  new Promise((tell) => {
    if (!navigator.locks) return tell(true);
    navigator.locks
      .request(name, { ifAvailable: true }, (lock) => {
        tell(lock !== null);
        return lock && new Promise(() => {});
      })
      .catch(() => tell(true));
  });

// flip.rs: motion of tiles.
const easing = 'cubic-bezier(0.2, 0.7, 0.2, 1)';

export const glide = (element, x, y) => {
  element.animate(
    [
      { transform: `translate(${x}px, ${y}px)`, zIndex: 2 },
      { transform: 'none', zIndex: 2 },
    ],
    { duration: 480, easing },
  );
};

export const enter = (element) => {
  element.animate([{ opacity: 0, transform: 'scale(0.92)' }, { opacity: 1, transform: 'none' }], {
    duration: 240,
    easing,
  });
};

export const leave = (element, x, y, width, height) => {
  const ghost = element.cloneNode(true);
  // A picture only: nothing that finds tiles may find it.
  for (const part of [ghost, ...ghost.querySelectorAll('*')]) {
    for (const name of ['data-flip', 'data-uid', 'data-pod', 'data-node']) part.removeAttribute(name);
  }
  ghost.setAttribute('aria-hidden', 'true');
  ghost.inert = true;
  ghost.style.cssText = `position:fixed;margin:0;z-index:4;pointer-events:none;list-style:none;left:${x}px;top:${y}px;width:${width}px;height:${height}px`;
  document.body.append(ghost);
  ghost.animate([{ opacity: 1 }, { opacity: 0, transform: 'scale(0.9)' }], {
    duration: 360,
    easing: 'ease-in',
  }).onfinish = () => ghost.remove();
};

// Many at a time say no more than a few.
let flights = 0;

export const fly = (from, to, arrives, label) => {
  if (flights >= 16 || document.hidden) return;
  const middle = (element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return { x: left + Math.min(width / 2, 60), y: top + height / 2, seen: width > 0 };
  };
  const [a, b] = [middle(from), middle(to)];
  if (!a.seen || !b.seen) return;
  const dot = document.createElement('span');
  dot.className = arrives ? 'flight' : 'flight failed';
  dot.textContent = label;
  dot.setAttribute('aria-hidden', 'true');
  document.body.append(dot);
  flights += 1;
  const at = (part) =>
    `translate(${a.x + (b.x - a.x) * part - 5}px, ${a.y + (b.y - a.y) * part - 5 - 24 * Math.sin(Math.PI * part)}px)`;
  const frames = [0, 0.2, 0.4, 0.6, 0.8, 1].map((part) => ({
    transform: at(arrives ? part : part * 0.7),
    opacity: part === 1 || part === 0 ? 0 : 1,
  }));
  dot.animate(frames, { duration: 700, fill: 'both' }).onfinish = () => {
    flights -= 1;
    dot.remove();
  };
};

// lessons.rs: files beside the page, as rows of strings.
const json = async (path) => {
  const answer = await fetch(`lessons/${path}.json`, { cache: 'no-cache' });
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  return answer.json();
};

export const lessonList = async (language) => {
  const { tracks, lessons } = await json('index');
  const titles = new Map(tracks.map(({ id, title, titles }) => [id, titles?.[language] ?? title]));
  return lessons.map((lesson) => {
    const { title, summary } = lesson.words[language] ?? lesson;
    const { id, track, minutes, steps, languages } = lesson;
    return [id, titles.get(track) ?? track, title, summary, `${minutes}`, `${steps}`, ...languages];
  });
};

export const lessonFiles = async (name) => Object.entries(await json(name));

// Only a site that is served from this very machine may change.
export const followLessons = (changed) => {
  if (!navigator.onLine || !/^(localhost|127\.0\.0\.1|\[::1\])$/.test(location.hostname)) return;
  new EventSource('lessons/.changes').onmessage = ({ data }) => changed(data);
};

export const pause = (milliseconds) => new Promise((go) => setTimeout(go, milliseconds));

export const whenIdle = () =>
  new Promise((go) => (window.requestIdleCallback ? requestIdleCallback(go) : setTimeout(go, 200)));

// browser.rs: markup into an element; what has the focus is found again by what it does.
export const fill = (place, html) => {
  if (place.filledWith === html) return;
  const { activeElement: focused } = document;
  const held = place.contains(focused) ? focused.dataset : {};
  place.innerHTML = html;
  place.filledWith = html;
  if (!held.do) return;
  const same = [...place.querySelectorAll(`[data-do="${held.do}"]`)];
  (same.find(({ dataset }) => dataset.of === held.of) ?? same[0])?.focus();
};

export const reveal = (selector) => {
  const { matches: still } = matchMedia('(prefers-reduced-motion: reduce)');
  document.querySelector(selector)?.scrollIntoView({ block: 'start', behavior: still ? 'auto' : 'smooth' });
};

export const query = (name) => new URLSearchParams(location.search).get(name) ?? undefined;
export const fragment = () => decodeURIComponent(location.hash.slice(1));
export const setFragment = (text) =>
  history.replaceState(history.state, '', text ? `#${text}` : location.pathname + location.search);
export const onFragment = (heard) => addEventListener('hashchange', () => heard());

export const keepOffline = () => {
  navigator.serviceWorker?.register('./sw.js').catch(() => {});
};

export const pickFiles = (folder) =>
  new Promise((tell) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    input.webkitdirectory = folder;
    input.oncancel = () => tell([]);
    input.onchange = async () => {
      // What begins with a dot is an editor's or a system's. What is large, or no text, comes with its name only.
      const named = [...input.files].map((file) => [file.webkitRelativePath || file.name, file]);
      const seen = named.filter(([name]) => !/(^|\/)\./.test(name)).slice(0, 500);
      const read = async ([name, file]) => {
        const text = file.size < 1 << 20 ? await file.text() : '\0';
        return /[\0\ufffd]/.test(text) ? [name] : [name, text];
      };
      tell(await Promise.all(seen.map(read)));
    };
    input.click();
  });
