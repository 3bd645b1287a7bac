// Keeps the site for times without a network. What is named by its content is taken from the cache; the page itself and
// the lessons come from the network when it answers, and else as they were last seen. The build writes into `FILES`
// what a visit needs; the editor is kept once it has been opened.

const FILES = [];
const CACHE = `tabernetes ${self.registration.scope}`;
const HASHED = /-[0-9a-f]{16}\.(js|wasm|css)$|\/snippets\/|\.woff2$/;

const scoped = (path) => new URL(path, self.registration.scope).href;

/** The list of lessons, and all of them; one that does not come now is kept when it is opened. */
async function keepLessons(cache) {
  const keep = (name) => cache.add(scoped(`lessons/${name}.json`)).catch(() => {});
  await keep('index');
  const list = await cache.match(scoped('lessons/index.json'));
  const { lessons } = list ? await list.json() : { lessons: [] };
  for (const { id, languages } of lessons) {
    for (const language of languages) await keep(language === 'en' ? id : `${id}.${language}`);
  }
}

self.addEventListener('install', (event) => {
  const fill = async () => {
    const cache = await caches.open(CACHE);
    for (const path of FILES) {
      if (!(await cache.match(scoped(path)))) await cache.add(scoped(path));
    }
    await cache.add(new Request(scoped('./'), { cache: 'reload' }));
    await keepLessons(cache);
    await self.skipWaiting();
  };
  event.waitUntil(fill());
});

self.addEventListener('activate', (event) => {
  const tidy = async () => {
    const cache = await caches.open(CACHE);
    const wanted = new Set(FILES.map(scoped));
    for (const { url } of await cache.keys()) {
      if (HASHED.test(new URL(url).pathname) && !wanted.has(url) && !/\/assets\/editor/.test(url)) await cache.delete(url);
    }
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

async function fromCache(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request.url);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request.url, answer.clone());
  return answer;
}

async function fromNetwork(request) {
  const cache = await caches.open(CACHE);
  // All addresses of the page are the same page.
  const name = request.mode === 'navigate' ? scoped('./') : request.url;
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(name, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(name);
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  // A stream of news is nothing to keep.
  if (request.headers.get('Accept') === 'text/event-stream') return;
  if (request.method !== 'GET' || !request.url.startsWith(self.registration.scope)) return;
  const hashed = HASHED.test(new URL(request.url).pathname);
  event.respondWith(hashed ? fromCache(request) : fromNetwork(request));
});
