// What the command line prints for these files.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { copy } from "../bar/share";
import { ask, Refused } from "../engine/engine";
import { Icon } from "../icons";
import { command } from "../share/command";
import { files } from "../state/files";
import { options } from "../state/options";
import { sources } from "../state/report";

const FORMATS = ["full", "concise", "json"] as const;
const format = signal<(typeof FORMATS)[number]>("full");
const printed = signal("");

export function Console() {
  useEffect(() => {
    const request = { method: "check", request: { sources: sources(), options: options.value }, format: format.value };
    ask<{ text: string }>("render", request, "render").then(
      (answer) => answer && (printed.value = answer.text),
      (fault: Refused) => (printed.value = fault.message),
    );
  }, [files.value, options.value, format.value]);
  const line = command(files.value, options.value) + (format.value === "full" ? "" : ` --format ${format.value}`);
  return (
    <div class="console">
      <div class="console-head">
        <code class="prompt">$ {line}</code>
        <span class="switch" role="group" aria-label="Format">
          {FORMATS.map((name) => <button aria-pressed={format.value === name} onClick={() => (format.value = name)}>{name}</button>)}
        </span>
        <button class="quiet small" aria-label="Copy the command" title="Copy the command" onClick={() => void copy(line, "Command copied.")}><Icon name="copy" /></button>
      </div>
      <pre tabIndex={0} aria-label="Output">{printed.value}</pre>
    </div>
  );
}
