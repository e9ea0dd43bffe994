// Sentences of the engine: what stands in backticks is set as code. Always text, never markup.

import type { JSX } from "preact";

/** A name is not broken at its hyphens, unless it is longer than a narrow line. */
const SHORT = 24;

export function Prose({ text }: { text: string }): JSX.Element {
  return <>{text.split("`").map((part, at) => (at % 2 === 1 ? <code class={part.length <= SHORT ? "short" : undefined}>{part}</code> : part))}</>;
}

/** The little Markdown that lint pages use: headings, fences, lists, tables, paragraphs. */
export function Page({ markdown }: { markdown: string }): JSX.Element {
  const out: JSX.Element[] = [];
  const lines = markdown.split("\n");
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? "";
    const block: string[] = [];
    if (line.startsWith("```")) {
      for (at++; at < lines.length && !lines[at]?.startsWith("```"); at++) block.push(lines[at] ?? "");
      at++;
      out.push(<pre tabIndex={0}>{block.join("\n")}</pre>);
    } else if (line.startsWith("#")) {
      const words = line.replace(/^#+\s*/, "");
      out.push(line.startsWith("# ") ? <h2>{words}</h2> : <h3>{words}</h3>);
      at++;
    } else if (line.startsWith("|")) {
      for (; lines[at]?.startsWith("|"); at++) block.push(lines[at] ?? "");
      out.push(<Table rows={block} />);
    } else if (/^[-*] /.test(line)) {
      for (; /^([-*] | {2})/.test(lines[at] ?? ""); at++) {
        const words = (lines[at] ?? "").replace(/^([-*] | {2})/, "");
        if (/^[-*] /.test(lines[at] ?? "")) block.push(words);
        else block.push(`${block.pop() ?? ""} ${words.trim()}`);
      }
      out.push(<ul>{block.map((item) => <li><Prose text={item} /></li>)}</ul>);
    } else if (line.trim() === "") {
      at++;
    } else {
      for (; (lines[at] ?? "").trim() !== "" && !/^(```|#|\|)/.test(lines[at] ?? ""); at++) block.push(lines[at] ?? "");
      out.push(<p><Prose text={block.join(" ")} /></p>);
    }
  }
  return <div class="prose">{out}</div>;
}

function Table({ rows }: { rows: string[] }) {
  const cells = (row: string) => row.replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
  const [head, , ...body] = rows;
  return (
    <table>
      <thead><tr>{cells(head ?? "").map((cell) => <th scope="col">{cell}</th>)}</tr></thead>
      <tbody>{body.map((row) => <tr>{cells(row).map((cell) => <td><Prose text={cell} /></td>)}</tr>)}</tbody>
    </table>
  );
}
