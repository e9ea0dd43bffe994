// Writes the CommonJS twins of the package's modules (`node.js` -> `node.cjs` …) and of its types,
// for `require` in any Node and for tools that know nothing else. Runs before `npm pack`.

import { copyFileSync, readFileSync, writeFileSync } from "node:fs";

const folder = new URL("../", import.meta.url);

for (const name of ["node", "functions", "dist/netpol"]) {
  writeFileSync(new URL(`${name}.cjs`, folder), commonjs(readFileSync(new URL(`${name}.js`, folder), "utf8"), name));
}
copyFileSync(new URL("index.d.ts", folder), new URL("index.d.cts", folder));

function commonjs(text, name) {
  const exported = [];
  const required = (module) => `require("${module.replace(/^(\..*)\.js$/, "$1.cjs")}")`;
  const body = text
    .replace(/^import \{([^}]*)\} from "([^"]+)";/gm, (_, names, module) => `const {${names.replace(/ as /g, ": ")}} = ${required(module)};`)
    .replace(/^export \* from "([^"]+)";/gm, (_, module) => `Object.assign(exports, ${required(module)});`)
    .replace(/^export ((?:async )?(?:function|class|const) (\w+))/gm, (_, declaration, id) => {
      exported.push([id, id]);
      return declaration;
    })
    .replace(/^export \{([^}]*)\};/gm, (_, names) => {
      for (const each of names.split(",")) {
        const [id, as = id] = each.trim().split(" as ");
        exported.push([as, id]);
      }
      return "";
    })
    .replaceAll("import.meta.url", 'require("node:url").pathToFileURL(__filename).href');
  const left = body.match(/^(import|export)\b.*|import\.meta.*/m);
  if (left) throw new Error(`${name}.js: no CommonJS for \`${left[0]}\``);
  return `"use strict";\n${body}${exported.map(([as, id]) => `exports.${as} = ${id};\n`).join("")}`;
}
