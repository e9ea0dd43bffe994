// Findings as the editor shows them: underlines, gutter marks and cards.

import { setDiagnostics, type Diagnostic } from "@codemirror/lint";
import type { EditorView } from "@codemirror/view";
import type { Finding } from "../engine/shapes";
import { card } from "./card";

/** Marks beyond this number help nobody; the list below the editor still has them all. */
const MOST = 2000;

export function squiggle(view: EditorView, path: string, findings: readonly Finding[]): void {
  const length = view.state.doc.length;
  const marks: Diagnostic[] = [];
  for (const finding of findings) {
    if (finding.path !== path || finding.span === null) continue;
    const from = Math.min(finding.span.start.offset, length);
    const to = Math.min(Math.max(finding.span.end.offset, from), length);
    marks.push({
      from,
      to: oneLine(view, from, to),
      severity: finding.severity,
      message: finding.message,
      renderMessage: () => card(finding),
    });
    if (marks.length === MOST) break;
  }
  view.dispatch(setDiagnostics(view.state, marks));
}

/** A squiggle under a whole rule shouts: its first line is enough. */
function oneLine(view: EditorView, from: number, to: number): number {
  const line = view.state.doc.lineAt(from);
  return to > line.to && line.to > from ? line.to : to;
}
