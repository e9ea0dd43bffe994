// Has the page's files kept, so that it opens without a network. Where that is not possible (an old
// browser, plain HTTP, a private window) the page works as long as there is one.

export function keepOffline(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const known = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker
    .register("keeper.js", { updateViaCache: "none" })
    // A browser looks for a newer one when it sees fit; the next visit may be without a network.
    .then((it) => (known ? it.update() : undefined))
    .catch(() => undefined);
}
