// The card of a finding: what, why, and the buttons that repair it. Text only, never markup.

import type { Finding } from "../engine/shapes";
import { apply } from "../state/files";
import { explain } from "../state/explain";
import { tell } from "../state/view";

const WORD = { error: "Error", warning: "Warning", info: "Info" } as const;

export function card(finding: Finding): HTMLElement {
  const root = element("div", "card");
  const head = element("div", "card-code");
  head.append(element("span", finding.severity, WORD[finding.severity]), element("span", "", `${finding.code} ${finding.lint}`));
  root.append(head, sentence("div", "card-what", capital(finding.message)));
  for (const cause of finding.because.slice(0, 3)) {
    const line = cause.span ? (cause.path === finding.path ? `Line ${cause.span.start.line}` : `${cause.path}:${cause.span.start.line}`) : cause.path;
    root.append(sentence("p", "card-why", `${line}: ${cause.message}`));
  }
  if (finding.help) root.append(sentence("p", "card-help", capital(finding.help)));
  const actions = element("div", "card-actions");
  for (const fix of finding.fixes) {
    const edits = fix.edits;
    if (!edits || fix.applicability === "display") continue;
    const button = element("button", actions.childElementCount === 0 ? "main" : "", capital(fix.title));
    if (fix.applicability === "unsafe") button.title = "This changes what is allowed";
    button.addEventListener("click", () => {
      apply(edits);
      tell(`${capital(fix.title)}: done. Undo with Ctrl+Z.`);
    });
    actions.append(button);
  }
  const page = element("button", "", "About this lint");
  page.addEventListener("click", () => explain(finding.lint));
  actions.append(page);
  root.append(actions);
  return root;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function element<K extends keyof HTMLElementTagNameMap>(tag: K, style: string, text = ""): HTMLElementTagNameMap[K] {
  const it = document.createElement(tag);
  if (style) it.className = style;
  it.textContent = text;
  return it;
}

/** A sentence whose parts in backticks are set as code. */
export function sentence<K extends keyof HTMLElementTagNameMap>(tag: K, style: string, text: string): HTMLElementTagNameMap[K] {
  const it = element(tag, style);
  text.split("`").forEach((part, at) => {
    if (part !== "") it.append(at % 2 === 1 ? element("code", "", part) : part);
  });
  return it;
}
