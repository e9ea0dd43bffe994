// The page without a network, after it was opened once; and after a new version was deployed.

import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { writeKeeper } from "../offline/write.mjs";
import { checked, dist, launch, openExample, paste, serve, visit } from "./browser.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** A copy of the build whose page has another title; its keeper is of the same version or of a new one. */
async function deployment(title, { keeper }) {
  const folder = await mkdtemp(join(tmpdir(), "playground-"));
  await cp(dist, folder, { recursive: true });
  const page = join(folder, "index.html");
  await writeFile(page, (await readFile(page, "utf8")).replace(/<title>.*<\/title>/, `<title>${title}</title>`));
  if (keeper) await writeKeeper(folder);
  return folder;
}

const POLICY = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, namespace: shop}\nspec:\n  podSelector: {}\n  policyTypes: [Ingress]\n";

test("without a network the page opens again, and works", async () => {
  const server = await serve();
  const { page, context, complaints } = await visit(browser, server.url);
  await openExample(page, "shop");
  await page.waitForFunction(() => localStorage.getItem("netpol:v1")?.includes("orders"));
  await context.setOffline(true);
  // Not only by the browser's word: there is nobody to answer.
  server.close();
  await page.reload();
  await checked(page);
  await page.locator(".pill").first().waitFor();
  await page.getByRole("button", { name: "Reset" }).click();
  await paste(page, POLICY);
  await checked(page);
  await page.getByRole("tab", { name: "Words" }).click();
  await page.locator(".words .line", { hasText: "Nothing may connect to them" }).waitFor();
  assert.deepEqual(await page.evaluate(() => [...document.fonts].filter((it) => it.status === "error").length), 0);
  // A tab of its own, and a link with something in it.
  const second = await context.newPage();
  await second.goto(`${server.url}index.html#v1=AAAA`);
  await second.locator(".notice.fault", { hasText: "This link" }).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test("nothing is kept of what is typed", async () => {
  const server = await serve();
  const { page, context } = await visit(browser, server.url);
  await paste(page, POLICY.replace("name: a", "name: confidential"));
  await checked(page);
  const kept = await page.evaluate(async () => {
    const out = [];
    for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys()) out.push(request.url);
    return out;
  });
  assert.ok(kept.length >= 6 && kept.every((url) => url.startsWith(server.url) && !url.includes("#")), kept.join());
  const texts = await page.evaluate(async (urls) => Promise.all(urls.map(async (url) => (await (await caches.match(url)).text()).includes("confidential"))), kept);
  assert.ok(!texts.includes(true));
  await context.close();
  server.close();
});

test("a new version is there with the next load, and then without a network", async () => {
  const server = await serve();
  const next = await deployment("the next version", { keeper: true });
  const { page, context } = await visit(browser, server.url);
  await page.addInitScript(() => navigator.serviceWorker.addEventListener("controllerchange", () => (globalThis.turned = true)));
  server.from(next);
  await page.reload();
  assert.equal(await page.title(), "the next version");
  // Until the new keeper has kept everything and taken over.
  await page.waitForFunction(() => globalThis.turned && navigator.serviceWorker.controller.state === "activated");
  await context.setOffline(true);
  server.close();
  await page.reload();
  assert.equal(await page.title(), "the next version");
  await page.locator("#page header").waitFor();
  await context.close();
  await rm(next, { recursive: true });
});

test("a version that is deployed by halves is not kept", async () => {
  const server = await serve();
  const whole = await deployment("whole", { keeper: true });
  const half = await deployment("half", { keeper: false });
  await cp(join(whole, "keeper.js"), join(half, "keeper.js"));
  const { page, context } = await visit(browser, server.url);
  server.from(half);
  await page.reload();
  assert.equal(await page.title(), "half");
  // The new keeper finds another page than its own, and gives up.
  await page.waitForFunction(async () => {
    const registration = await navigator.serviceWorker.ready;
    globalThis.tried ||= Boolean((await registration.update()).installing);
    return globalThis.tried && !registration.installing && !registration.waiting && (await caches.keys()).length === 1;
  });
  await context.setOffline(true);
  server.close();
  await page.reload();
  assert.equal(await page.title(), "netpol playground");
  await page.locator("#page header").waitFor();
  await context.close();
  await rm(whole, { recursive: true });
  await rm(half, { recursive: true });
});
