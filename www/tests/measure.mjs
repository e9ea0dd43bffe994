// Measures what a person feels, with the large example: `npm run measure`. Reports, never judges.

import { readdir, readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { checked, editor, launch, openExample, serve, visit } from "./browser.mjs";

const assets = new URL("../dist/assets/", import.meta.url);
let page = gzipSync(await readFile(new URL("../dist/index.html", import.meta.url)), { level: 9 }).length;
let wasm = 0;
for (const name of await readdir(assets)) {
  const bytes = await readFile(new URL(name, assets));
  // Fonts are compressed already.
  const size = name.endsWith(".woff2") ? bytes.length : gzipSync(bytes, { level: 9 }).length;
  if (name.endsWith(".wasm")) wasm += size;
  else page += size;
}
console.log(`page            ${(page / 1000).toFixed(0)} kB gzipped, beside ${(wasm / 1000).toFixed(0)} kB of wasm`);

const server = await serve();
const browser = await launch();
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const worst = (list) => Math.max(0, ...list);

const starts = [];
for (let n = 0; n < 5; n++) {
  const { page, context } = await visit(browser, server.url);
  starts.push(await page.evaluate(() => performance.getEntriesByName("netpol:interactive")[0].startTime));
  await context.close();
}
console.log(`interactive     ${median(starts).toFixed(0)} ms median of ${starts.length}, worst ${worst(starts).toFixed(0)} ms`);

for (const pane of ["Words", "Map", "Matrix"]) {
  const { page, context } = await visit(browser, server.url);
  await page.evaluate(() => {
    globalThis.long = [];
    new PerformanceObserver((list) => globalThis.long.push(...list.getEntries().map((it) => it.duration))).observe({ type: "longtask" });
  });
  await openExample(page, "large");
  const tab = page.getByRole("tab", { name: pane, exact: true });
  if ((await tab.count()) === 0) { await context.close(); continue; }
  await tab.click();
  await checked(page);
  await page.waitForTimeout(6000);
  const opening = await page.evaluate(() => globalThis.long.splice(0));
  await editor(page).locator(".cm-line").nth(3).click();
  const times = [];
  for (let n = 0; n < 20; n++) {
    const before = await page.evaluate(() => performance.getEntriesByName("netpol:shown").length);
    await page.keyboard.type(n % 2 === 0 ? "x" : "y");
    await page.waitForFunction((it) => performance.getEntriesByName("netpol:shown").length > it, before);
    times.push(await page.evaluate(() => performance.getEntriesByName("netpol:shown").at(-1).startTime - performance.getEntriesByName("netpol:typed").at(-1).startTime));
    await page.waitForTimeout(250);
  }
  const typing = await page.evaluate(() => globalThis.long);
  console.log(`${pane.padEnd(15)} input to findings ${median(times).toFixed(0)} ms median, worst ${worst(times).toFixed(0)} ms; long tasks while opening ${opening.map((it) => Math.round(it)).join(", ") || "none"}; while typing ${typing.map((it) => Math.round(it)).join(", ") || "none"}`);
  await context.close();
}
await browser.close();
server.close();
