// What docs/engines shows is what is there: every command of a console block is run, and what it
// prints compared; every JSON answer is given by the module whose page it is on. `UPDATE=1` writes
// the pages anew.

import assert from "node:assert/strict";
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, test } from "node:test";
import yaml from "yaml";
import { creating, engines } from "./engines.js";
import { missing, root, run } from "./tools.js";

const folder = mkdtempSync(join(tmpdir(), "netpol-docs-"));
after(() => rmSync(folder, { recursive: true }));

// What the pages speak of, where their commands are run.
const guide = "restrict-metadata-service.yaml";
cpSync(join(root, "dist/netpol.bundle.tar.gz"), join(folder, "netpol.bundle.tar.gz"));
cpSync(join(root, "policies/engines/opa"), folder, { recursive: true });
cpSync(join(root, "policies/guide", guide), join(folder, guide));
const request = creating(yaml.parse(readFileSync(join(folder, guide), "utf8")));
writeFileSync(join(folder, "review.json"), JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request }));
writeFileSync(join(folder, "netpol"), `#!/bin/sh\nexec node --no-warnings '${join(root, "pkg/bin/netpol.js")}' "$@"\n`);
chmodSync(join(folder, "netpol"), 0o755);

/** What a command prints, with what is another each time made the same. */
function printed(command) {
  const { stdout, stderr } = run("sh", ["-c", `PATH=.${delimiter}$PATH; ${command}`], { cwd: folder });
  const lines = `${stdout}${stderr}`.split("\n").filter((line) => !line.startsWith('{"err"'));
  return lines.join("\n").trimEnd().replace(/"decision_id": "[^"]*"/g, '"decision_id": "…"');
}

/** A page with the contents of some fences replaced. */
function rewritten(text, info, replace) {
  return text.replace(new RegExp("^```" + info + "\\n([^]*?)^```$", "gm"), (whole, inside) => `\`\`\`${info}\n${replace(inside)}\`\`\``);
}

function compare(page, shown, now) {
  if (process.env.UPDATE) writeFileSync(page, now);
  else assert.equal(shown, now, `${page}: UPDATE=1 writes what is printed now`);
}

const absent = ["opa", "conftest"].map(missing).find(Boolean);
test("the commands of docs/engines/opa.md print what it says", { skip: absent }, () => {
  const page = join(root, "docs/engines/opa.md");
  const shown = readFileSync(page, "utf8");
  const now = rewritten(shown, "console", (inside) => {
    const command = inside.split("\n")[0];
    assert.ok(command.startsWith("$ "), command);
    return `${command}\n${printed(command.slice(2))}\n`;
  });
  compare(page, shown, now);
});

for (const { name, page, answer } of (await engines()).filter(({ page }) => page)) {
  test(`${name}: gives the answer of ${page}`, async () => {
    const path = join(root, page);
    const shown = readFileSync(path, "utf8");
    const blocks = [];
    rewritten(shown, "json", (inside) => blocks.push(inside));
    const [asked] = blocks;
    const answers = [asked, `${JSON.stringify(await answer(JSON.parse(asked)), null, 2)}\n`];
    compare(path, shown, rewritten(shown, "json", () => answers.shift()));
  });
}
