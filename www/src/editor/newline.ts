// Enter keeps the indentation, and goes one step in after a colon that has nothing behind it.

import { EditorSelection, type StateCommand } from "@codemirror/state";

export const newline: StateCommand = ({ state, dispatch }) => {
  if (state.readOnly) return false;
  const change = state.changeByRange((range) => {
    const line = state.doc.lineAt(range.from);
    const before = line.text.slice(0, range.from - line.from);
    const indent = /^(?: |- )*/.exec(before)?.[0].length ?? 0;
    const deeper = /:\s*$/.test(before) && !/^\s*#/.test(before) ? 2 : 0;
    const insert = `\n${" ".repeat(indent + deeper)}`;
    return { changes: { from: range.from, to: range.to, insert }, range: EditorSelection.cursor(range.from + insert.length) };
  });
  dispatch(state.update(change, { scrollIntoView: true, userEvent: "input" }));
  return true;
};
