// The page in a real browser: what a person does, and what must never happen.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { checked, editor, launch, openExample, paste, serve, visit } from "./browser.mjs";
import { CLUSTER, crowd } from "./texts.mjs";

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: database
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: database
  policyTypes: [Ingress]
  ingress:
  - from:
    - podSelector:
        matchLabels:
          app: web
    ports:
    - protocol: TCP
      port: 5432
`;

let server;
let browser;
before(async () => {
  server = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.close();
});

/** Runs `act` on a fresh page; the page may neither complain nor ask anyone for anything after it has loaded. */
function page(name, act, address = () => "", allowed = () => false) {
  test(name, async () => {
    const it = await visit(browser, server.url + address());
    try {
      await it.page.waitForLoadState("networkidle");
      const before = it.requests.length;
      await act(it.page, it.context);
      assert.deepEqual(it.requests.slice(before).filter((url) => !allowed(url)), [], "requests after the page has loaded");
      assert.ok(it.requests.every((url) => url.startsWith(server.url)), "requests to elsewhere");
      assert.deepEqual(it.complaints, []);
    } finally {
      await it.context.close();
    }
  });
}

/** Asks a second worker of the page's own, as the page would. */
async function askEngine(page, method, request) {
  const script = (await readdir(new URL("../dist/assets/", import.meta.url))).find((name) => /^worker-.*\.js$/.test(name));
  return page.evaluate(([url, method, request]) => new Promise((resolve) => {
    globalThis.second ??= new Worker(url, { type: "module" });
    globalThis.second.onmessage = ({ data }) => data.id === 1 && resolve(data.answer);
    globalThis.second.postMessage({ id: 1, method, request });
  }), [new URL(`assets/${script}`, server.url).href, method, request]);
}

const text = async (page) => (await editor(page).locator(".cm-line").allTextContents()).join("\n");
const pane = (page, name) => page.getByRole("tab", { name, exact: true }).click();

page("a fault that is typed is underlined, listed, and goes with its repair", async (page) => {
  await paste(page, POLICY);
  await checked(page);
  await editor(page).getByText("- protocol: TCP").click();
  await page.keyboard.press("End");
  for (let n = 0; n < 3; n++) await page.keyboard.press("Backspace");
  await page.keyboard.type("tcp");
  await page.keyboard.press("Escape");
  await page.locator(".editor .cm-lintRange-error").waitFor();
  await page.locator(".finding", { hasText: "Unsupported value" }).first().waitFor();
  for (let n = 0; n < 3; n++) await page.keyboard.press("Backspace");
  await page.keyboard.type("TCP");
  await page.keyboard.press("Escape");
  await page.locator(".editor .cm-lintRange-error").waitFor({ state: "detached" });
});

page("the guide as printed is repaired by the fix that is offered", async (page) => {
  await openExample(page, "guide-printed");
  const meant = await readFile(new URL("../../policies/guide/default-deny.yaml", import.meta.url), "utf8");
  const item = page.locator(".finding", { hasText: "default-deny.yaml" });
  await item.getByRole("button", { name: "Fix" }).click();
  await page.waitForFunction(() => document.querySelector(".editor").shadowRoot.textContent.includes("  name: default-deny"));
  assert.equal(await text(page), meant);
});

page("the card of a finding says what, and repairs", async (page) => {
  await openExample(page, "guide-printed");
  await page.locator(".editor .cm-lintRange").first().hover();
  await page.locator(".editor .card").waitFor();
  await page.locator(".editor .card button.main").click();
  await page.waitForFunction(() => document.querySelector(".editor").shadowRoot.textContent.includes("  name: default-deny"));
});

page("the list of findings and the cursor follow each other", async (page) => {
  await openExample(page, "guide-printed");
  await page.locator(".finding-main", { hasText: "restrict-metadata-service.yaml" }).first().click();
  await page.getByRole("tablist", { name: "Files" }).locator("[aria-selected=true]", { hasText: "restrict-metadata-service.yaml1" }).waitFor();
  await page.locator(".finding.here", { hasText: "restrict-metadata-service.yaml" }).first().waitFor();
});

page("the engine serves hover and completion", async (page) => {
  await paste(page, POLICY);
  await checked(page);
  await editor(page).getByText("policyTypes").first().hover();
  await page.locator(".editor .field", { hasText: "spec.policyTypes" }).waitFor();
  await page.mouse.move(5, 5);
  await editor(page).getByText("5432").click();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.keyboard.type("end");
  await page.locator(".editor .cm-tooltip-autocomplete", { hasText: "endPort" }).waitFor();
  // The editor ignores keys for a moment, so that no list catches a key meant for the text.
  await page.waitForTimeout(200);
  await page.keyboard.press("Enter");
  assert.match(await text(page), /endPort: /);
});

page("a policy is told in words, and a sentence lights its lines", async (page) => {
  await paste(page, POLICY);
  await pane(page, "Words");
  const sentence = page.locator(".words .line", { hasText: "Allowed to connect to them: pods with app=web in namespace shop, on TCP port 5432." });
  await sentence.hover();
  await page.locator(".editor .cm-lit", { hasText: "from:" }).waitFor();
});

page("a policy of the whole cluster is told rule by rule, and that it is not evaluated", async (page) => {
  await paste(page, CLUSTER);
  // No map, but not as if there were no policy.
  await page.locator(".empty", { hasText: "Policies of other kinds are not evaluated" }).getByRole("button", { name: "Words" }).click();
  const line = (text) => page.locator(".words .line", { hasText: text });
  await line("of the tier Admin: it is asked before every NetworkPolicy").waitFor();
  await line("Its priority is 10").waitFor();
  await line("its rules are not evaluated").waitFor();
  await line("Egress rule 1 (no-metadata) denies their connections to addresses in 169.254.169.254/32").hover();
  await page.locator(".editor .cm-lit", { hasText: "action: Deny" }).waitFor();
});

/** How many elements were added in each task, of those that `selector` matches. */
async function addedByTask(page, selector, act) {
  await page.evaluate((it) => {
    globalThis.added = [];
    const count = (node) => (node.nodeType !== 1 ? 0 : Number(node.matches(it)) + node.querySelectorAll(it).length);
    // One call for each task that changed something: the callback is a microtask.
    new MutationObserver((list) => {
      const now = list.flatMap((change) => [...change.addedNodes]).reduce((sum, node) => sum + count(node), 0);
      if (now > 0) globalThis.added.push(now);
    }).observe(document.body, { childList: true, subtree: true });
  }, selector);
  await act();
  return page.evaluate(() => globalThis.added);
}

page("many policies are told in full, a few in each task", async (page) => {
  await openExample(page, "large");
  const added = await addedByTask(page, ".words article", async () => {
    await pane(page, "Words");
    await page.waitForFunction(() => document.querySelectorAll(".words article").length === 150);
  });
  assert.ok(Math.max(...added) <= 12, `${Math.max(...added)} policies in one task`);
  // What is out of view is found by the browser's search all the same.
  assert.ok(await page.evaluate(() => window.find("namespaces with floor=3", false, true)), "the search finds no text of the last policies");
  await page.locator(".words article", { hasText: "team-30" }).last().locator(".line").first().focus();
  await page.locator(".words article", { hasText: "jobs-out" }).last().locator(".line").first().hover();
  await page.waitForFunction(() => document.querySelector(".editor").dataset.lit === "1");
});

page("words follow the text, and a change leaves the other policies as they stand", async (page) => {
  await openExample(page, "large");
  await pane(page, "Words");
  await page.waitForFunction(() => document.querySelectorAll(".words article").length === 150);
  await page.evaluate(() => { for (const it of document.querySelectorAll(".words article")) it.dataset.before = "1"; });
  await editor(page).getByText("default-deny").first().click();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.type("x");
  await page.locator(".words article", { hasText: "team-01x" }).waitFor();
  assert.equal(await page.locator(".words article:not([data-before])").count(), 1);
});

page("a question is answered, with reasons that link to lines", async (page) => {
  await openExample(page, "shop");
  await pane(page, "Why");
  await page.locator(".verdict.deny").waitFor();
  await page.getByLabel("From", { exact: true }).fill("shop/web");
  await page.getByLabel("To", { exact: true }).fill("shop/orders");
  await page.getByLabel("Port", { exact: true }).fill("8080");
  await page.getByRole("button", { name: "Ask" }).click();
  await page.locator(".verdict.allow").waitFor();
  await page.locator("button.step", { hasText: "allows" }).first().click();
  await page.locator(".editor .cm-lit").first().waitFor();
});

page("a question that names nothing gets a sentence", async (page) => {
  await openExample(page, "shop");
  await pane(page, "Why");
  await page.getByLabel("From", { exact: true }).fill("shop/nobody");
  await page.getByRole("button", { name: "Ask" }).click();
  await page.locator(".why .fault").waitFor();
});

page("a single policy is drawn at once", async (page) => {
  await paste(page, POLICY);
  await page.locator(".arrow[aria-label*='5432']").waitFor();
  assert.equal(await page.locator(".pill").count(), 2);
});

page("looking at an arrow lights exactly the lines that why names", async (page) => {
  await openExample(page, "both-sides");
  await page.locator(".arrow").first().waitFor();
  const arrows = await page.locator(".arrow").all();
  assert.ok(arrows.length > 0);
  await page.waitForFunction(() => localStorage.getItem("netpol:v1") !== null);
  const source = await page.evaluate(() => JSON.parse(localStorage.getItem("netpol:v1")).files);
  for (const arrow of arrows) {
    const [from, to] = [await arrow.getAttribute("data-from"), await arrow.getAttribute("data-to")];
    const answer = await askEngine(page, "why", { sources: source.map((it) => ({ path: it.name, text: it.text })), from, to });
    const named = new Set();
    for (const { span } of answer.answers.flatMap((it) => it.reasons)) {
      if (!span) continue;
      const last = span.end.column === 1 ? span.end.line - 1 : span.end.line;
      for (let line = span.start.line; line <= last; line++) named.add(line);
    }
    assert.ok(named.size > 0, `${from} to ${to} rests on no line`);
    await arrow.focus();
    // What is lit outside of the view is not in the document: every lit line seen must be named, and the number is told.
    await page.waitForFunction((count) => document.querySelector(".editor").dataset.lit === String(count), named.size);
    const seen = await page.evaluate(() => {
      const root = document.querySelector(".editor").shadowRoot;
      const numbers = [...root.querySelectorAll(".cm-lineNumbers .cm-gutterElement")].filter((it) => it.style.visibility !== "hidden");
      const top = new Map(numbers.map((it) => [Math.round(it.getBoundingClientRect().top), Number(it.textContent)]));
      return [...root.querySelectorAll(".cm-lit")].map((it) => top.get(Math.round(it.getBoundingClientRect().top)));
    });
    for (const line of seen) assert.ok(named.has(line), `line ${line} is lit for ${from} to ${to}`);
  }
}, () => "", (url) => /worker-|netpol_bg/.test(url)); // The second worker loads the module for itself.

page("the cursor on a rule marks the arrows that rest on it", async (page) => {
  await openExample(page, "both-sides");
  await editor(page).getByText("app: cache").first().click();
  await page.locator(".arrow.touched[data-to='orders/cache']").waitFor({ state: "attached" });
});

page("what is unknown is drawn as such, and settled by a choice", async (page) => {
  await openExample(page, "shop");
  await page.locator(".doubt").first().waitFor();
  await page.locator(".unknowns").getByLabel("Which network plugin?").first().selectOption("cilium");
  await page.locator(".doubt").first().waitFor({ state: "detached" });
});

page("the matrix leads to why", async (page) => {
  await openExample(page, "both-sides");
  await pane(page, "Matrix");
  await page.locator(".matrix td.none button").first().click();
  await page.locator(".verdict.deny").waitFor();
});

page("a large matrix is drawn a few rows in each task", async (page) => {
  await openExample(page, "large");
  const added = await addedByTask(page, ".matrix tbody tr", async () => {
    await pane(page, "Matrix");
    await page.waitForFunction(() => document.querySelectorAll(".matrix tbody tr").length === 30);
  });
  assert.ok(Math.max(...added) <= 8, `${Math.max(...added)} rows in one task`);
  await page.locator(".matrix tbody button", { hasText: "team-07" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".matrix tbody tr").length === 12);
  assert.match(await page.locator(".matrix tbody tr").first().textContent(), /^api team-07/);
});

page("what a map too large to list grants is drawn, told and listed", async (page) => {
  await paste(page, crowd(40));
  await page.locator(".arrow.granted").first().waitFor({ state: "attached" });
  await page.locator(".map-note", { hasText: "Dashed arrows show what one side of a connection grants" }).waitFor();
  await page.locator(".arrow.granted").first().focus();
  await page.locator(".caption", { hasText: "open where both sides agree" }).waitFor();
  await page.locator(".as-table summary").click();
  const rows = page.locator(".as-table .grants tbody tr");
  await rows.first().waitFor();
  await page.waitForFunction(() => document.querySelectorAll(".as-table .grants tbody tr").length === 500);
  const told = await rows.allTextContents();
  assert.ok(told.some((it) => it.startsWith("egress") && it.endsWith("TCP 8080, 9090")), told[0]);
  assert.ok(told.some((it) => it.startsWith("ingress") && it.endsWith("TCP 8080")), told.at(-1));
  const stated = Number(/lists all (\d+) grants/.exec(await page.locator(".map-note", { hasText: "Dashed" }).textContent())[1]);
  const left = Number(/and (\d+) more/.exec(await page.locator(".as-table").textContent())?.at(-1) ?? 0);
  assert.ok(told.length === stated || left > 0, `${told.length} of ${stated} grants are listed, and nothing says so`);
});

page("a matrix of too many pairs says so, and tells each namespace in full", async (page) => {
  await paste(page, crowd(81));
  await pane(page, "Matrix");
  await page.locator(".map-note", { hasText: "810 workloads make 656,100 pairs" }).waitFor();
  await page.locator(".namespaces button", { hasText: "crew-5" }).first().click();
  await page.locator(".matrix td.some").first().waitFor();
  await page.waitForFunction(() => document.querySelectorAll(".matrix-scroll td.some").length === 100);
  const other = page.locator(".beyond tbody tr", { hasText: "crew-80" });
  assert.equal(await other.textContent(), "crew-80100 of 100100 of 100none");
  assert.equal(await page.locator(".beyond tbody tr").count(), 80);
});

page("the large example is collapsed, and opens", async (page) => {
  await openExample(page, "large");
  await page.locator(".pill.namespace").first().waitFor();
  assert.equal(await page.locator(".pill.namespace").count(), 30);
  await page.locator(".pill.namespace").first().click();
  await page.locator(".box").waitFor();
});

page("the console shows what the command line prints", async (page) => {
  await openExample(page, "guide-printed");
  await pane(page, "Console");
  await page.locator(".console pre", { hasText: "lost-indentation" }).waitFor();
  assert.match(await page.locator(".console .prompt").textContent(), /netpol check default-deny\.yaml/);
});

test("a link restores everything", async () => {
  const first = await visit(browser, server.url, { permissions: ["clipboard-read", "clipboard-write"] });
  await paste(first.page, POLICY);
  await first.page.getByRole("button", { name: "Options" }).click();
  await first.page.getByLabel("Network plugin").selectOption("calico");
  await first.page.keyboard.press("Escape");
  await first.page.getByRole("button", { name: "Share" }).click();
  await first.page.getByRole("button", { name: "Copy link" }).click();
  await first.page.getByText("Link copied.").waitFor();
  const link = await first.page.evaluate(() => navigator.clipboard.readText());
  assert.match(link, /#v1=[\w-]+$/);
  await first.context.close();
  const second = await visit(browser, link);
  await editor(second.page).waitFor();
  await second.page.waitForFunction(() => document.querySelector(".editor").shadowRoot.textContent.includes("5432"));
  assert.equal(await text(second.page), POLICY);
  await second.page.getByRole("button", { name: "Options" }).click();
  assert.equal(await second.page.getByLabel("Network plugin").inputValue(), "calico");
  assert.deepEqual(second.complaints, []);
  await second.context.close();
});

page("what was open is open again after a reload, until it is reset", async (page) => {
  await paste(page, POLICY);
  await page.waitForFunction(() => localStorage.getItem("netpol:v1")?.includes("5432"));
  const text = await page.evaluate(() => JSON.parse(localStorage.getItem("netpol:v1")).files[0].text);
  assert.equal(text, POLICY);
  await page.getByRole("button", { name: "Reset" }).click();
  await page.locator(".start").waitFor();
});

const BROKEN = { "a broken link": "#v1=AAAA", "a link that is no text": "#v1=%%%", "a link of a newer page": "#v9=abc" };
for (const [name, fragment] of Object.entries(BROKEN)) {
  page(`${name} gives a sentence and a page that works`, async (page) => {
    await page.locator(".notice.fault", { hasText: "This link" }).waitFor();
    await paste(page, POLICY);
    await checked(page);
  }, () => fragment);
}

page("a link that unpacks into too much gives a sentence and a page that works", async (page) => {
  const fragment = await page.evaluate(async () => {
    const squeezed = new Blob([new Uint8Array(20_000_000)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
    const bytes = new Uint8Array(await new Response(squeezed).arrayBuffer());
    let letters = "";
    for (const byte of bytes) letters += String.fromCharCode(byte);
    return `#v1=${btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
  });
  await page.evaluate((it) => { location.hash = it; }, fragment);
  await page.locator(".notice.fault", { hasText: "more text than the page opens" }).waitFor();
  await paste(page, POLICY);
  await checked(page);
});

page("every example loads, in every pane", async (page) => {
  const ids = await page.locator("[data-example]").evaluateAll((all) => all.map((it) => it.dataset.example));
  assert.ok(ids.length >= 15, `${ids.length} examples`);
  const panes = ["Map", "Matrix", "Why", "Words", "Console"];
  for (const id of ids) {
    await openExample(page, id);
    for (const name of panes) {
      const tab = page.getByRole("tab", { name, exact: true });
      if ((await tab.count()) === 0) continue;
      await tab.click();
      await page.locator(`.pane[data-pane="${name.toLowerCase()}"]`).waitFor();
      await page.waitForFunction(() => !/Drawing…|Counting…/.test(document.querySelector(".pane").textContent));
      assert.equal(await page.locator(".pane .fault, .pane [role=alert]").count(), 0, `${id}: ${name}`);
    }
  }
});

page("a manifest full of markup and script stays text", async (page) => {
  const evil = `"<img src=x onerror='globalThis.hacked=1'><script>globalThis.hacked=1</script>"`;
  await paste(page, POLICY.replace("name: database", `name: ${evil}`).replace("app: web", `app: ${evil}`).replace("namespace: shop", `namespace: ${evil}`) + `---\napiVersion: v1\nkind: Pod\nmetadata: {name: ${evil}, labels: {app: ${evil}}}\n`);
  await checked(page);
  for (const tab of await page.locator(".panetabs [role=tab]").all()) {
    await tab.click();
    await page.waitForTimeout(100);
  }
  await page.locator(".editor .cm-lintRange").first().hover();
  await page.locator(".editor .card").waitFor();
  assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
  const planted = () => [document, document.querySelector(".editor").shadowRoot].some((root) => root.querySelector("img, script:not([type=module])"));
  assert.equal(await page.evaluate(planted), false);
});

test("the policy for content forbids inline scripts and eval", async () => {
  const { page, context } = await visit(browser, server.url);
  const blocked = await page.evaluate(async () => {
    const script = document.createElement("script");
    script.textContent = "globalThis.inline = 1";
    document.body.append(script);
    // What a test runs itself is exempt from the policy; a timer's callback is not.
    const evaluated = await new Promise((resolve) => setTimeout(() => {
      try {
        resolve(new Function("return true")());
      } catch {
        resolve(false);
      }
    }, 0));
    const fetched = await fetch("https://example.com/").then(() => true, () => false);
    return { inline: globalThis.inline, evaluated, fetched };
  });
  assert.deepEqual(blocked, { inline: undefined, evaluated: false, fetched: false });
  await context.close();
});

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
for (const colorScheme of ["light", "dark"]) {
  test(`axe finds no serious fault, ${colorScheme}`, async () => {
    const { page, context } = await visit(browser, server.url, { colorScheme, bypassCSP: true });
    const source = await readFile(axe, "utf8");
    await page.evaluate(source);
    const faults = [];
    const look = async (where) => {
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
      for (const it of violations) {
        if (["serious", "critical"].includes(it.impact)) faults.push(`${where}: ${it.id}: ${it.nodes[0].html} ${it.nodes[0].failureSummary}`);
      }
    };
    await look("start");
    await openExample(page, "shop");
    for (const tab of await page.locator(".panetabs [role=tab]").all()) {
      await tab.click();
      await page.waitForTimeout(400);
      await look(await tab.textContent());
    }
    for (const menu of ["Examples", "Options", "Share"]) {
      await page.getByRole("button", { name: menu, exact: true }).click();
      await look(menu);
      await page.keyboard.press("Escape");
    }
    await page.getByRole("button", { name: "Reset" }).click();
    await paste(page, crowd(81));
    await page.getByRole("tab", { name: "Map" }).click();
    await page.locator(".arrow.granted").first().waitFor({ state: "attached" });
    await page.locator(".as-table summary").click();
    await page.locator(".as-table .grants tr").nth(1).waitFor();
    await look("grants");
    await page.getByRole("tab", { name: "Matrix" }).click();
    await page.locator(".namespaces").waitFor();
    await look("too many pairs");
    await page.locator(".namespaces button").first().click();
    await page.locator(".beyond").waitFor();
    await look("one namespace of many");
    assert.deepEqual(faults, []);
    await context.close();
  });
}

page("everything is reached by keyboard", async (page) => {
  await openExample(page, "shop");
  // From the first control on: after the click on an example the focus would begin behind the bar.
  await page.getByRole("button", { name: "Examples" }).focus();
  const reached = new Set();
  for (let n = 0; n < 60; n++) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => {
      const it = document.activeElement;
      return it.closest(".bar") ? "bar" : it.closest(".filetabs") ? "files" : it.closest(".editor") ? "editor" : it.closest(".findings") ? "findings" : it.closest(".panetabs") ? "tabs" : it.closest(".pane") ? "pane" : it.className;
    }));
  }
  for (const part of ["bar", "files", "editor", "findings", "tabs", "pane"]) assert.ok(reached.has(part), `${part} is not reached`);
});
