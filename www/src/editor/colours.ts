// Colours for the lines in view, read line by line. A parser for the whole document would work in
// the background for longer than a frame on large files; the engine is the one that understands.

import { RangeSetBuilder, type Extension } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin, type DecorationSet, type ViewUpdate } from "@codemirror/view";

const MARKS = {
  key: Decoration.mark({ class: "tok-key" }),
  text: Decoration.mark({ class: "tok-text" }),
  number: Decoration.mark({ class: "tok-number" }),
  comment: Decoration.mark({ class: "tok-comment" }),
  mark: Decoration.mark({ class: "tok-mark" }),
} as const;

/** Quoted text, a comment, a key with its colon, punctuation, or a plain word. */
const TOKEN = /("(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?)(\s*:(?=[\s,}\]]|$))?|((?:^|(?<=\s))#.*$)|([^\s,{}[\]"'#][^,{}[\]]*?)(:(?=[\s,}\]]|$))|([{}[\],]|^\s*---.*$|-(?=\s|$))|([^\s,{}[\]]+)/g;
const NUMBER = /^(?:[-+]?\d+(?:\.\d+)?|true|false|null|~|yes|no|on|off)$/;
/** Nobody reads longer lines by their colours. */
const LONGEST = 2000;

function paint(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = view.state.doc.lineAt(at);
      if (line.length <= LONGEST) paintLine(builder, line.from, line.text);
      at = line.to + 1;
    }
  }
  return builder.finish();
}

function paintLine(builder: RangeSetBuilder<Decoration>, start: number, text: string): void {
  for (const found of text.matchAll(TOKEN)) {
    const [all, quoted, quotedColon, comment, key, , mark, word] = found;
    const from = start + found.index;
    const to = from + all.length;
    if (comment !== undefined) builder.add(from, to, MARKS.comment);
    else if (mark !== undefined) builder.add(from, to, MARKS.mark);
    else if (key !== undefined) {
      // A dash before the key is no part of it.
      const dashes = /^(?:-\s+)*/.exec(key)?.[0].length ?? 0;
      if (dashes > 0) builder.add(from, from + dashes, MARKS.mark);
      builder.add(from + dashes, to - 1, MARKS.key);
      builder.add(to - 1, to, MARKS.mark);
    } else if (quoted !== undefined) builder.add(from, from + quoted.length, quotedColon === undefined ? MARKS.text : MARKS.key);
    else if (word !== undefined) builder.add(from, to, NUMBER.test(word) ? MARKS.number : MARKS.text);
  }
}

export const colours: Extension = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = paint(view);
    }
    update(update: ViewUpdate) {
      if (update.docChanged || update.viewportChanged) this.decorations = paint(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);
