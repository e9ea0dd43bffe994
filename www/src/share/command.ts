// The command line that gives the same answer as the page.

import type { File } from "../state/files";
import type { Options } from "../state/options";

export function command(files: readonly File[], options: Options): string {
  const words = ["netpol", "check", ...files.map((file) => quoted(file.name))];
  if (options.kubernetes) words.push("--kubernetes", options.kubernetes);
  if (options.cni) words.push("--cni", options.cni);
  for (const [name, value] of Object.entries(options.assume ?? {})) words.push("--assume", `${name}=${value}`);
  if (options.namespace) words.push("--namespace", quoted(options.namespace));
  return words.join(" ");
}

function quoted(word: string): string {
  return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
