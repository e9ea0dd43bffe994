// What the command line prints for these files.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { copy } from "../bar/share";
import { ask, Refused } from "../engine/engine";
import { Icon } from "../icons";
import { command } from "../share/command";
import { files } from "../state/files";
import { options } from "../state/options";
import { ends, question } from "../state/question";
import { sources } from "../state/report";

const VERBS = ["check", "map", "why"] as const;
const FORMATS = ["full", "concise", "json"] as const;
const verb = signal<(typeof VERBS)[number]>("check");
const format = signal<(typeof FORMATS)[number]>("full");
const printed = signal("");

export function Console() {
  const asked = question.value;
  const canAsk = asked.from !== "" && asked.to !== "";
  const method = verb.value === "why" && !canAsk ? "check" : verb.value;
  const wanted = method === "check" ? format.value : format.value === "json" ? "json" : "full";
  useEffect(() => {
    const inner = { sources: sources(), options: options.value, ...(method === "why" ? ends(asked) : {}) };
    const request = { method, request: inner, format: wanted };
    ask<{ text: string }>("render", request, "render").then(
      (answer) => answer && (printed.value = answer.text),
      (fault: Refused) => (printed.value = fault.message),
    );
  }, [files.value, options.value, method, wanted, asked]);
  const line = command(files.value, options.value, method, asked) + (wanted === "full" ? "" : ` --format ${wanted}`);
  return (
    <div class="console">
      <div class="console-head">
        <code class="prompt">$ {line}</code>
        <span class="switch" role="group" aria-label="Command">
          {VERBS.filter((name) => name !== "why" || canAsk).map((name) => <button aria-pressed={method === name} onClick={() => (verb.value = name)}>{name}</button>)}
        </span>
        <span class="switch" role="group" aria-label="Format">
          {FORMATS.filter((name) => name !== "concise" || method === "check").map((name) => <button aria-pressed={wanted === name} onClick={() => (format.value = name)}>{name === "full" && method !== "check" ? "text" : name}</button>)}
        </span>
        <button class="quiet small" aria-label="Copy the command" title="Copy the command" onClick={() => void copy(line, "Command copied.")}><Icon name="copy" /></button>
      </div>
      <pre tabIndex={0} aria-label="Output">{printed.value}</pre>
    </div>
  );
}
