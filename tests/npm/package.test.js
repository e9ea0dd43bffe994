// The npm package as a user meets it: packed, installed into an empty project, and used in every
// way that its README promises.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../", import.meta.url));
const project = mkdtempSync(join(tmpdir(), "netpol-package-"));

const policy = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {matchLabels: {app: web}}
`;
const use = `
const report = check({ sources: [{ path: "web.yaml", text: ${JSON.stringify(policy)} }] });
const found = report.diagnostics.find((found) => found.lint === "implied-policy-types");
console.log([found.lint, found.field, found.span.start.line].join(" "));
`;
const expected = "implied-policy-types spec.policyTypes 5";

function run(program, ...args) {
  return execFileSync(program, args, { cwd: project, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

function write(name, text) {
  writeFileSync(join(project, name), text);
  return join(project, name);
}

before(() => {
  const packed = execFileSync("npm", ["pack", "--silent", "--pack-destination", project], { cwd: join(root, "pkg"), encoding: "utf8" });
  write("package.json", "{}");
  run("npm", "install", "--silent", "--no-audit", "--no-fund", `./${packed.trim().split("\n").at(-1)}`);
});
after(() => rmSync(project, { recursive: true }));

test("it brings no dependencies and no install scripts", () => {
  const manifest = JSON.parse(readFileSync(join(project, "node_modules/netpol/package.json"), "utf8"));
  assert.equal(manifest.dependencies, undefined);
  assert.deepEqual(Object.keys(manifest.scripts), ["prepack"]);
  for (const file of manifest.files) assert.ok(existsSync(join(project, "node_modules/netpol", file)), file);
});

test("import, without await", () => {
  write("use.mjs", `import { check } from "netpol";${use}`);
  assert.equal(run("node", "use.mjs"), expected);
});

test("npx netpol, the command line", () => {
  write("npx.yaml", policy);
  const told = run("npx", "--no-install", "netpol", "check", "--only", "implied-policy-types", "--format", "concise", "npx.yaml");
  assert.match(told, /^npx\.yaml:5:1: info\[NP604\]/);
});

test("require", () => {
  write("use.cjs", `const { check } = require("netpol");${use}`);
  assert.equal(run("node", "--no-experimental-require-module", "use.cjs"), expected);
});

test("a request that cannot be read throws", () => {
  write("throw.mjs", `import { check, NetpolError } from "netpol";
    try { check({ sources: [{}] }) } catch (error) { console.log(error instanceof NetpolError, error.code, error.at) }`);
  assert.equal(run("node", "throw.mjs"), "true invalid-request sources[0]");
});

test("positions count UTF-16 units", () => {
  write("units.mjs", `import { check } from "netpol";
    const text = "# 🚀\\napiVersion: networking.k8s.io/v1\\nkind: NetworkPolicy\\nmetadata: {name: a}\\nspec: {podSelector: {}}";
    const { span } = check({ sources: [{ text }] }).diagnostics.find((found) => found.lint === "implied-policy-types");
    console.log(text.slice(span.start.offset, span.start.offset + 5));`);
  assert.equal(run("node", "units.mjs"), "spec:");
});

test("types, for import and for require", () => {
  const tsc = join(root, "tests/node_modules/.bin/tsc");
  const wrong = "// @ts-expect-error\ncheck({ sources: [], optoins: {} });";
  write("import.mts", `import { check, type Report } from "netpol";\nconst report: Report = check({ sources: [] });\n${wrong}`);
  write("require.cts", `import netpol = require("netpol");\nconst { check } = netpol;\nconst report: netpol.Report = check({ sources: [] });\n${wrong}`);
  run(tsc, "--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--lib", "es2022,dom", "import.mts", "require.cts");
});

test("a bundle for the browser, in Chromium", async (context) => {
  const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));
  const entry = write("page.mjs", `import { init, check } from "netpol";
    const told = [];
    const console = { log: (text) => told.push(text) };
    await init();
    ${use}
    document.body.textContent = told.join();`);
  const [output] = (await build({ entryPoints: [entry], bundle: true, format: "esm", write: false, logLevel: "error" })).outputFiles;
  assert.ok(!output.text.includes("node:fs"), "the bundle has nothing of Node");
  if (!chromium) return context.skip("there is no Chromium here");

  const wasm = readFileSync(join(project, "node_modules/netpol/dist/netpol_bg.wasm"));
  const served = { ".html": ["text/html", '<body><script type="module" src="/page.js"></script>'], ".js": ["text/javascript", output.text], ".wasm": ["application/wasm", wasm] };
  const server = createServer((request, response) => {
    const [type, body] = served[extname(request.url)] ?? ["text/plain", ""];
    response.setHeader("content-type", type);
    response.end(body);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const { execFile } = await import("node:child_process");
  const page = await new Promise((seen, failed) => {
    const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=10000", "--dump-dom"];
    execFile(chromium, [...flags, `http://127.0.0.1:${server.address().port}/page.html`], (error, text) => (error ? failed(error) : seen(text)));
  });
  server.close();
  assert.ok(page.includes(expected), page);
});
