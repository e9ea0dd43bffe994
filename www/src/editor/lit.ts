// Lines lit because something that rests on them is looked at elsewhere on the page.

import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, type DecorationSet } from "@codemirror/view";
import type { Lit } from "../state/view";

const setLit = StateEffect.define<readonly Lit[]>();
const line = Decoration.line({ class: "cm-lit" });

export const litLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, change) {
    let next = marks.map(change.changes);
    for (const effect of change.effects) {
      if (!effect.is(setLit)) continue;
      const doc = change.state.doc;
      const starts = new Set<number>();
      for (const span of effect.value) {
        const last = doc.lineAt(Math.min(Math.max(span.end - 1, span.start), doc.length)).number;
        for (let n = doc.lineAt(Math.min(span.start, doc.length)).number; n <= last; n++) starts.add(doc.line(n).from);
      }
      next = Decoration.set([...starts].sort((a, b) => a - b).map((at) => line.range(at)));
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Lights the lines of the open file; tells how many they are. */
export function light(view: EditorView, path: string, lines: readonly Lit[]): number {
  const own = lines.filter((it) => it.path === path);
  // Every change of the view has it measure itself.
  if (own.length > 0 || view.state.field(litLines).size > 0) view.dispatch({ effects: setLit.of(own) });
  return view.state.field(litLines).size;
}
