// The command line that gives the same answer as the page.

import type { File } from "../state/files";
import type { Options } from "../state/options";
import type { Question } from "../state/question";

export function command(files: readonly File[], options: Options, verb = "check", asked?: Question): string {
  const words = ["netpol", verb];
  if (verb === "why" && asked) words.push(quoted(asked.from), quoted(asked.to + (asked.port && `:${asked.port}/${asked.protocol}`)));
  words.push(...files.map((file) => quoted(file.name)));
  if (verb === "check" && options.kubernetes) words.push("--kubernetes", options.kubernetes);
  if (options.cni) words.push("--cni", options.cni);
  for (const [name, value] of Object.entries(options.assume ?? {})) words.push("--assume", `${name}=${value}`);
  for (const pack of verb === "check" ? (options.packs ?? []) : []) words.push("--pack", pack);
  if (options.namespace) words.push("--namespace", quoted(options.namespace));
  return words.join(" ");
}

function quoted(word: string): string {
  return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
