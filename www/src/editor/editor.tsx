// The editor: follows the open file, tells what is typed, shows findings and lit lines.

import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { indentUnit } from "@codemirror/language";
import { lintGutter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers, placeholder,
} from "@codemirror/view";
import { batch, effect, signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { active, files, goal, write } from "../state/files";
import { checked } from "../state/report";
import { soon } from "../slices";
import { lit } from "../state/view";
import { cursor } from "./cursor";
import { colours } from "./colours";
import { fixAtCursor } from "./fixkey";
import { help } from "./help";
import { light, litLines } from "./lit";
import { look } from "./look";
import { newline } from "./newline";
import { squiggle } from "./squiggles";

const extensions = [
  lineNumbers(),
  lintGutter(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  history(),
  drawSelection(),
  indentUnit.of("  "),
  closeBrackets(),
  highlightSelectionMatches(),
  colours,
  litLines,
  help,
  look,
  placeholder("Paste a NetworkPolicy here"),
  // Tab moves on, as everywhere on the page; the keyboard is never trapped.
  keymap.of([
    { key: "Mod-.", run: fixAtCursor },
    ...completionKeymap, ...closeBracketsKeymap, { key: "Enter", run: newline }, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...lintKeymap,
  ]),
  EditorView.contentAttributes.of({ "aria-label": "Manifest editor", spellcheck: "false", tabindex: "0", autocorrect: "off" }),
  EditorState.tabSize.of(2),
];

/** The one editor of the page. Making it takes longer than a frame, so it is made while nothing else is to be done. */
let made: { host: HTMLElement; view: EditorView } | null = null;

export function prepareEditor(): void {
  made ??= make();
}

export function Editor() {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    made ??= make();
    const { host, view } = made;
    place.current?.append(host);
    view.requestMeasure();
    return () => host.remove();
  }, []);
  return <div class="editor-place" ref={place} />;
}

function make(): { host: HTMLElement; view: EditorView } {
  const host = document.createElement("div");
  host.className = "editor";
  const root = host.attachShadow({ mode: "open" });
  const kept = new Map<string, EditorState>();
  const shown = signal("");
  // The text the view holds, kept by reference so that comparing is free.
  let held = "";

  const told = EditorView.updateListener.of((update) => {
    if (update.docChanged) {
      held = update.state.doc.toString();
      if (files.peek().some((file) => file.name === shown.peek() && file.text !== held)) {
        performance.mark("netpol:typed");
        write(shown.peek(), held);
      }
    }
    if (update.selectionSet || update.docChanged) cursor.value = update.state.selection.main.head;
  });
  const fresh = (text: string) => EditorState.create({ doc: text, extensions: [extensions, told] });
  held = active.peek()?.text ?? "";
  shown.value = active.peek()?.name ?? "";
  const view = new EditorView({ state: fresh(held), parent: root, root });

  /** Puts the open file in the place of the one that is shown. */
  const turn = () => {
    const file = active.peek();
    if (!file || file.name === shown.peek()) return;
    if (files.peek().some((it) => it.name === shown.peek())) kept.set(shown.peek(), view.state);
    const state = kept.get(file.name) ?? fresh(file.text);
    held = state.doc.toString();
    view.setState(state);
    batch(() => {
      shown.value = file.name;
      cursor.value = state.selection.main.head;
    });
  };

  effect(() => {
    const file = active.value;
    const names = new Set(files.value.map((it) => it.name));
    for (const name of kept.keys()) if (!names.has(name)) kept.delete(name);
    if (file?.name !== shown.value) {
      if (file) soon(turn);
      else shown.value = "";
      return;
    }
    if (!file) return;
    if (held !== file.text) view.dispatch({ changes: difference(held, file.text) });
    // Only now does the view show the file that the goal lies in.
    const to = goal.value;
    if (to?.path === file.name) {
      const at = Math.min(to.offset, view.state.doc.length);
      view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
      view.focus();
      queueMicrotask(() => (goal.value = null));
    }
  });
  effect(() => {
    const file = active.value;
    const it = checked.value;
    // Marks belong to a text; while a newer one waits for its answer, the old ones move along.
    if (file?.name === shown.value && file && it?.files.includes(file)) squiggle(view, file.name, it.report.diagnostics);
  });
  effect(() => {
    host.dataset.lit = String(light(view, shown.value, lit.value));
  });
  return { host, view };
}

/** One change from one text to another: what differs between their common ends. */
export function difference(from: string, to: string): { from: number; to: number; insert: string } {
  const shorter = Math.min(from.length, to.length);
  let head = 0;
  while (head < shorter && from.charCodeAt(head) === to.charCodeAt(head)) head++;
  let tail = 0;
  while (tail < shorter - head && from.charCodeAt(from.length - 1 - tail) === to.charCodeAt(to.length - 1 - tail)) tail++;
  return { from: head, to: from.length - tail, insert: to.slice(head, to.length - tail) };
}
