// Measures what a person feels, with the large example: `npm run measure`. Reports, never judges.
// `npm run measure -- 9` takes the medians of nine rounds; WHY=1 tells what the longest tasks were
// spent on, PROFILE=1 (with WHY=1, of an unminified build) in which functions.

import { readdir, readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { launch, serve, visit } from "./browser.mjs";
import { tasks } from "./tasks.mjs";

const ROUNDS = Number(process.argv[2] ?? 5);
const PANES = ["words", "matrix", "why", "console", "map"];
const KEYS = 8;

async function sizes() {
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
}

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? NaN;
const server = await serve();
const browser = await launch();
const found = new Map();

/** Notes the longest task of `act`. Nothing is asked of the page meanwhile: that would be a task, too. */
async function note(what, page, act) {
  const all = await tasks(browser, page, act);
  const [worst] = all;
  if (!found.has(what)) found.set(what, { ms: [], cpu: [] });
  found.get(what).ms.push(worst?.ms ?? 0);
  // What the task itself cost: on a busy machine it waits for the processor in the middle.
  found.get(what).cpu.push(Math.max(0, ...all.map((it) => it.cpu)));
  if (process.env.WHY) console.log(`${what}: ${worst?.ms.toFixed(0)} ms: ${worst?.parts.join(", ")}${worst?.functions.map((it) => `\n    ${it}`).join("") ?? ""}`);
}

async function click(page, selector) {
  const { x, y, width, height } = await page.locator(selector).first().boundingBox();
  return () => page.mouse.click(x + width / 2, y + height / 2);
}

async function start() {
  const { page, context } = await visit(browser, server.url);
  const at = await page.evaluate(() => performance.getEntriesByName("netpol:interactive")[0].startTime);
  await context.close();
  return at;
}

async function round(shown) {
  const { page, context } = await visit(browser, server.url);
  await note("loading", page, async () => {
    await page.goto(server.url);
    await page.waitForTimeout(2500);
  });
  await page.waitForLoadState("networkidle");
  await page.waitForTimeout(500);
  const open = await click(page, '[data-example="large"]');
  await note("opening", page, async () => {
    await open();
    await page.waitForTimeout(3500);
  });
  for (const pane of PANES) {
    const turn = await click(page, `#tab-${pane}`);
    await note(`to ${pane}`, page, async () => {
      await turn();
      await page.waitForTimeout(2000);
    });
    const focus = await click(page, ".editor .cm-line:nth-child(4)");
    await focus();
    await page.waitForTimeout(300);
    const before = await page.evaluate(() => [performance.getEntriesByName("netpol:typed").length, performance.getEntriesByName("netpol:shown").length]);
    await note(`typing in ${pane}`, page, async () => {
      for (let n = 0; n < KEYS; n++) {
        await page.keyboard.type(n % 2 === 0 ? "x" : "y");
        await page.waitForTimeout(350);
      }
      await page.waitForTimeout(600);
    });
    const times = await page.evaluate(([typed, told]) => {
      const at = (name, from) => performance.getEntriesByName(name).slice(from).map((it) => it.startTime);
      const answers = at("netpol:shown", told);
      return at("netpol:typed", typed).map((it) => (answers.find((answer) => answer >= it) ?? Infinity) - it);
    }, before);
    shown.push(...times);
    for (let n = 0; n < KEYS; n++) await page.keyboard.press("Backspace");
    await page.waitForTimeout(500);
  }
  await note("loading with it", page, async () => {
    await page.reload();
    await page.waitForTimeout(3000);
  });
  await context.close();
}

await sizes();
const starts = [];
for (let n = 0; n < ROUNDS; n++) starts.push(await start());
console.log(`interactive     ${median(starts).toFixed(0)} ms median of ${ROUNDS}, worst ${Math.max(...starts).toFixed(0)} ms`);
const shown = [];
for (let n = 0; n < ROUNDS; n++) await round(shown);
console.log(`typing          ${median(shown).toFixed(0)} ms from input to findings, median of ${shown.length}, worst ${Math.max(...shown).toFixed(0)} ms`);
console.log(`\nlongest task of the page's main thread, median of ${ROUNDS} rounds (all of them)`);
console.log("                       passed   of it computing");
for (const [what, { ms, cpu }] of found) console.log(`${what.padEnd(20)} ${median(ms).toFixed(0).padStart(5)} ms  ${median(cpu).toFixed(0).padStart(5)} ms   ${ms.map((it) => it.toFixed(0)).join(" ")}`);
await browser.close();
server.close();
