// Ctrl+. applies the first fix of the finding at the cursor.

import type { EditorView } from "@codemirror/view";
import { active, apply } from "../state/files";
import { checked } from "../state/report";
import { tell } from "../state/view";
import { capital } from "./card";

export function fixAtCursor(view: EditorView): boolean {
  const at = view.state.selection.main.head;
  const line = view.state.doc.lineAt(at);
  const here = checked.value?.report.diagnostics.filter(
    (it) => it.path === active.value?.name && it.span && it.span.start.offset <= line.to && it.span.end.offset >= line.from,
  );
  for (const finding of here ?? []) {
    const fix = finding.fixes.find((it) => it.edits && it.applicability !== "display");
    if (!fix?.edits) continue;
    apply(fix.edits);
    tell(`${capital(fix.title)}: done. Undo with Ctrl+Z.`);
    return true;
  }
  tell("There is no fix on this line.");
  return true;
}
