// The playground's worker, in Chromium.

import { readdir } from "node:fs/promises";
import { launch, serve, visit } from "../../www/tests/browser.mjs";
import { answerAll } from "./hosts.js";

const files = await readdir(new URL("../../www/dist/assets/", import.meta.url));
const script = files.find((name) => /^worker-.*\.js$/.test(name));
const server = await serve();
const browser = await launch();
const { page } = await visit(browser, server.url);
await page.evaluate((url) => {
  const worker = new Worker(url, { type: "module" });
  let last = 0;
  globalThis.answer = (method, text) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      worker.addEventListener("message", function take({ data }) {
        if (data.id !== id) return;
        worker.removeEventListener("message", take);
        if (data.fault === undefined) resolve(data.answer.text);
        else reject(new Error(data.fault));
      });
      worker.postMessage({ id, method: "call", request: { method, text } });
    });
}, new URL(`assets/${script}`, server.url).href);
await answerAll((method, request) => page.evaluate(([name, text]) => globalThis.answer(name, text), [method, request]));
await browser.close();
server.close();
