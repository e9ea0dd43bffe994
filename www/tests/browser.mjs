// Serves the built page from a folder below the root, and opens it in Chromium. What the page asks
// for and what it complains about is written down for the tests to look at.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const dist = fileURLToPath(new URL("../dist", import.meta.url));
const TYPES = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml",
  ".wasm": "application/wasm", ".woff2": "font/woff2",
};
/** Not the root: the page must work from any path. */
const BELOW = "/some/where/";

/** Serves `folder`; `from` serves another one from then on, as a deployment does. */
export async function serve(folder = dist) {
  let root = folder;
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://localhost").pathname;
    const file = normalize(join(root, path.startsWith(BELOW) ? path.slice(BELOW.length) || "index.html" : "missing"));
    try {
      if (!file.startsWith(root)) throw new Error("outside");
      const bytes = await readFile(file);
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}${BELOW}`,
    from: (other) => (root = other),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

/** A fresh page with nothing remembered. `requests` and `complaints` grow as things happen. */
export async function visit(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints = [];
  const requests = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (fault) => complaints.push(String(fault)));
  context.on("request", (request) => requests.push(request.url()));
  await page.goto(url);
  await page.locator("#page header").waitFor();
  // The page has loaded when it is also kept.
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  return { page, context, complaints, requests };
}

export const editor = (page) => page.locator(".editor .cm-content");

/** Puts `text` into a new file, as a paste does. */
export async function paste(page, text) {
  await page.evaluate((it) => {
    const data = new DataTransfer();
    data.setData("text/plain", it);
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
  }, text);
  await editor(page).waitFor();
}

export async function openExample(page, id) {
  const button = page.locator(`[data-example="${id}"]`);
  if (!(await button.first().isVisible())) await page.getByRole("button", { name: "Examples" }).click();
  await button.first().click();
  await checked(page);
}

/** Waits until the findings are those of the text as it stands. */
export async function checked(page) {
  await page.locator(".findings .finding, .findings .calm").first().waitFor();
}
