// Takes the pictures that a person looks at: `npm run look`, then see look/.

import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launch, openExample, paste, serve, visit } from "./browser.mjs";
import { CLUSTER, crowd } from "./texts.mjs";

const out = fileURLToPath(new URL("../look/", import.meta.url));
await mkdir(out, { recursive: true });
const server = await serve();
const browser = await launch();
const wide = { width: 1440, height: 900 };
const narrow = { width: 390, height: 844 };
const only = process.argv.slice(2);

async function shot(name, options, act) {
  if (only.length > 0 && !only.some((it) => name.includes(it))) return;
  const { page, context, complaints } = await visit(browser, server.url, options);
  try {
    await act(page);
    await page.waitForTimeout(500);
  } catch (fault) {
    console.error(`${name}: ${fault}`);
  }
  await page.screenshot({ path: `${out}${name}.png` });
  if (complaints.length > 0) console.error(name, complaints);
  await context.close();
}

const pane = (page, name) => page.getByRole("tab", { name, exact: true }).click();
for (const colorScheme of ["light", "dark"]) {
  await shot(`start-${colorScheme}`, { viewport: wide, colorScheme }, async () => {});
  for (const name of ["Map", "Matrix", "Why", "Words", "Console"]) {
    await shot(`shop-${name.toLowerCase()}-${colorScheme}`, { viewport: wide, colorScheme }, async (page) => {
      await openExample(page, "shop");
      await pane(page, name);
    });
  }
  await shot(`guide-printed-${colorScheme}`, { viewport: wide, colorScheme }, (page) => openExample(page, "guide-printed"));
}
await shot("start-narrow", { viewport: narrow }, async () => {});
await shot("shop-narrow-files", { viewport: narrow }, (page) => openExample(page, "shop"));
for (const name of ["Map", "Matrix", "Why"]) {
  await shot(`shop-narrow-${name.toLowerCase()}`, { viewport: narrow }, async (page) => {
    await openExample(page, "shop");
    await page.getByRole("button", { name: "Answers" }).click();
    await pane(page, name);
  });
}
for (const id of ["extra-dash", "guide-metadata", "guard-metadata", "from-outside", "guide-together"]) await shot(`${id}-map`, { viewport: wide }, (page) => openExample(page, id));
await shot("large-map", { viewport: wide }, async (page) => { await openExample(page, "large"); await page.waitForTimeout(3000); });
await shot("large-matrix", { viewport: wide }, async (page) => { await openExample(page, "large"); await pane(page, "Matrix"); await page.waitForTimeout(4000); });
for (const colorScheme of ["light", "dark"]) {
  await shot(`large-words-${colorScheme}`, { viewport: wide, colorScheme }, async (page) => { await openExample(page, "large"); await pane(page, "Words"); await page.waitForTimeout(1500); });
  await shot(`cluster-words-${colorScheme}`, { viewport: wide, colorScheme }, async (page) => { await paste(page, CLUSTER); await pane(page, "Words"); });
  await shot(`grants-map-${colorScheme}`, { viewport: wide, colorScheme }, async (page) => { await paste(page, crowd(40)); await page.locator(".arrow.granted").first().focus(); });
}
await shot("cluster-map", { viewport: wide }, (page) => paste(page, CLUSTER));
await shot("grants-table", { viewport: wide }, async (page) => { await paste(page, crowd(40)); await page.locator(".as-table summary").click(); await page.locator(".grants").scrollIntoViewIfNeeded(); });
await shot("grants-matrix", { viewport: wide }, async (page) => { await paste(page, crowd(81)); await pane(page, "Matrix"); await page.locator(".namespaces").waitFor(); });
await shot("grants-matrix-inside", { viewport: wide }, async (page) => { await paste(page, crowd(81)); await pane(page, "Matrix"); await page.locator(".namespaces button").nth(4).click(); await page.locator(".beyond").waitFor(); });
for (const name of ["Words", "Matrix"]) {
  await shot(`large-narrow-${name.toLowerCase()}`, { viewport: narrow }, async (page) => {
    await openExample(page, "large");
    await page.getByRole("button", { name: "Answers" }).click();
    await pane(page, name);
    await page.waitForTimeout(1500);
  });
}
await shot("grants-narrow", { viewport: narrow }, async (page) => { await paste(page, crowd(40)); await page.getByRole("button", { name: "Answers" }).click(); await page.waitForTimeout(1500); });
await shot("options", { viewport: wide }, async (page) => { await openExample(page, "shop"); await page.getByRole("button", { name: "Options" }).click(); });
await shot("hover", { viewport: wide }, async (page) => {
  await openExample(page, "guide-metadata");
  await page.locator(".editor .cm-lintRange").first().hover();
  await page.waitForTimeout(900);
});
await browser.close();
server.close();
