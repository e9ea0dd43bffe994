// Keeps the page's files, so that it opens without a network. A service worker of its own: it never
// sees what is typed, and asks only the folder that it came from.
//
// A page is asked of the network first, so that a new version is there with the next load; its
// other files carry their content's hash in their names, and come from what is kept.

/** The files of this version by path, with the SHA-256 of each; written in when the page is built. */
declare const FILES: Readonly<Record<string, string>>;
/** The SHA-256 of them all. */
declare const VERSION: string;

const keeper = self as unknown as ServiceWorkerGlobalScope;
const scope = new URL(keeper.registration.scope);
/** Caches belong to an origin: the same page may stand in several of its folders. */
const own = `netpol ${scope.pathname} `;
const CACHE = own + VERSION;
const PAGE = "index.html";
/** A network that does not answer is none, where the page is kept. */
const PATIENCE = 4000;

keeper.addEventListener("install", (event) => event.waitUntil(keep().then(() => keeper.skipWaiting())));
keeper.addEventListener("activate", (event) => event.waitUntil(tidy().then(() => keeper.clients.claim())));
keeper.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return;
  const path = url.pathname.slice(scope.pathname.length);
  if (path === "" || path === PAGE) event.respondWith(page(request));
  // A page that was opened before has files of the version before.
  else if (path.startsWith("assets/")) event.respondWith(caches.match(url).then((it) => it ?? fetch(request)));
});

/** Keeps every file of this version, or none. */
async function keep(): Promise<void> {
  try {
    const cache = await caches.open(CACHE);
    await Promise.all(Object.entries(FILES).map(async ([path, digest]) => cache.put(new URL(path, scope), await find(path, digest))));
  } catch (fault) {
    await caches.delete(CACHE);
    throw fault;
  }
}

/** The file with just this content: kept already, or from the network. */
async function find(path: string, digest: string): Promise<Response> {
  const before = path === PAGE ? undefined : await caches.match(new URL(path, scope));
  const ways = [
    () => before,
    // Some servers lead from the page's name to its folder.
    ...(path === PAGE ? ["./", PAGE] : [path]).map((it) => () => fetch(new URL(it, scope), { cache: path === PAGE ? "no-cache" : "default" })),
    () => fetch(new URL(path, scope), { cache: "reload" }),
  ];
  for (const way of ways) {
    const answer = await way();
    if (!answer?.ok) continue;
    const bytes = await answer.arrayBuffer();
    if (hex(await crypto.subtle.digest("SHA-256", bytes)) === digest) return new Response(bytes, { headers: answer.headers });
  }
  throw new Error(`${path} is not of this version`);
}

function hex(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((it) => it.toString(16).padStart(2, "0")).join("");
}

/** Drops all but this version and the one before it. */
async function tidy(): Promise<void> {
  const others = (await caches.keys()).filter((it) => it.startsWith(own) && it !== CACHE);
  await Promise.all(others.slice(0, -1).map((it) => caches.delete(it)));
}

async function page(request: Request): Promise<Response> {
  const kept = await (await caches.open(CACHE)).match(new URL(PAGE, scope));
  const asked = fetch(request, { cache: "no-cache" });
  if (!kept) return asked;
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), PATIENCE));
  const fresh = asked.then((it) => (it.ok || it.type === "opaqueredirect" ? it : kept), () => kept);
  return Promise.race([fresh, late]);
}
