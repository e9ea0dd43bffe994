// Files and findings as Markdown, for an issue or a chat.

import type { Report } from "../engine/shapes";
import type { File } from "../state/files";

export function markdown(files: readonly File[], report: Report | null): string {
  const parts = files.map((file) => `**${inline(file.name)}**\n\n${fence(file.text)}`);
  if (report && report.diagnostics.length > 0) {
    const lines = report.diagnostics.map((it) => {
      const place = it.span ? `${it.path}:${it.span.start.line}` : it.path;
      return `- ${it.severity} ${it.code} \`${it.lint}\` (${inline(place)}): ${it.message}`;
    });
    parts.push(`**netpol ${report.tool.version} says**\n\n${lines.join("\n")}`);
  }
  return parts.join("\n\n") + "\n";
}

/** A fence longer than any run of backticks in the text. */
function fence(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), (run) => run[0].length));
  const ticks = "`".repeat(longest + 1);
  return `${ticks}yaml\n${text.endsWith("\n") ? text : `${text}\n`}${ticks}`;
}

function inline(text: string): string {
  return text.replace(/[\\`*_<>[\]]/g, "\\$&");
}
