// How the editor looks. It lives in a shadow root, where constructed style sheets need no hole in
// the page's Content-Security-Policy; the colours come through from the page.

import { EditorView } from "@codemirror/view";

const wave = (colour: string) => ({
  backgroundImage: "none",
  paddingBottom: "0",
  textDecoration: `underline wavy ${colour} 1.5px`,
  textUnderlineOffset: "3px",
  textDecorationSkipInk: "none",
});

const theme = EditorView.theme({
  "&": { height: "100%", fontSize: "13.5px", color: "var(--ink)", backgroundColor: "transparent" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.65", overscrollBehavior: "contain" },
  ".cm-content": { padding: "14px 0 40vh", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 20px 0 10px" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--soft)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 8px 0 6px", minWidth: "32px" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--ink)" },
  ".cm-activeLine": { backgroundColor: "var(--hush)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground, .cm-content ::selection":
    { backgroundColor: "var(--selection)" },
  ".cm-foldGutter": { display: "none" },
  ".tok-key": { color: "var(--code-key)" },
  ".tok-text": { color: "var(--code-text)" },
  ".tok-number": { color: "var(--code-number)" },
  ".tok-comment": { color: "var(--code-comment)", fontStyle: "italic" },
  ".tok-mark": { color: "var(--code-mark)" },
  ".cm-lit": { backgroundColor: "var(--lit)", boxShadow: "inset 3px 0 0 var(--accent)" },
  ".cm-gutter-lint": { width: "18px" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0 0 0 4px", display: "flex", alignItems: "center" },
  ".cm-lint-marker": { width: "12px", height: "12px", content: "none" },
  ".cm-lint-marker-error, .cm-lint-marker-warning, .cm-lint-marker-info": { content: "none", position: "relative" },
  ".cm-lint-marker-error::before": {
    content: "''", position: "absolute", inset: "1px", borderRadius: "50%", backgroundColor: "var(--error)",
  },
  ".cm-lint-marker-warning::before": {
    content: "''", position: "absolute", inset: "1px", clipPath: "polygon(50% 0, 100% 100%, 0 100%)",
    backgroundColor: "var(--warning)",
  },
  ".cm-lint-marker-info::before": {
    content: "''", position: "absolute", inset: "2px", borderRadius: "2px", border: "2px solid var(--info)",
  },
  ".cm-lintRange-error": wave("var(--error)"),
  ".cm-lintRange-warning": wave("var(--warning)"),
  ".cm-lintRange-info": wave("var(--info)"),
  ".cm-lintRange-active": { backgroundColor: "var(--hush)" },
  ".cm-lintPoint::after": { borderBottomColor: "var(--warning)" },
  ".cm-tooltip": {
    backgroundColor: "var(--card)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: "10px",
    boxShadow: "var(--shadow)", fontFamily: "var(--sans)", fontSize: "13.5px", lineHeight: "1.5", overflow: "hidden",
    maxWidth: "min(460px, 90vw)", zIndex: "50",
  },
  ".cm-tooltip .cm-tooltip-arrow": { display: "none" },
  ".cm-tooltip-lint": { padding: "0", margin: "0" },
  ".cm-diagnostic": { padding: "0", margin: "0", border: "none", whiteSpace: "normal" },
  ".cm-diagnostic + .cm-diagnostic": { borderTop: "1px solid var(--line)" },
  ".cm-diagnostic-error, .cm-diagnostic-warning, .cm-diagnostic-info": { borderLeft: "none" },
  ".card": { padding: "12px 14px" },
  ".card-what": { fontWeight: "550", overflowWrap: "anywhere" },
  ".card-code": { color: "var(--soft)", fontSize: "12px", marginBottom: "4px", display: "flex", gap: "8px" },
  ".card-code .error": { color: "var(--error)", fontWeight: "600" },
  ".card-code .warning": { color: "var(--warning)", fontWeight: "600" },
  ".card-code .info": { color: "var(--info)", fontWeight: "600" },
  ".card-why": { color: "var(--soft)", margin: "6px 0 0", overflowWrap: "anywhere" },
  ".card-help": { margin: "8px 0 0", overflowWrap: "anywhere" },
  ".card-actions": { display: "flex", flexWrap: "wrap", gap: "6px", marginTop: "10px" },
  ".card button": {
    font: "inherit", fontSize: "12.5px", padding: "4px 10px", borderRadius: "7px", cursor: "pointer",
    border: "1px solid var(--line)", backgroundColor: "var(--paper)", color: "var(--ink)", textAlign: "left",
  },
  ".card button.main": { backgroundColor: "var(--accent)", borderColor: "var(--accent)", color: "var(--on-accent)" },
  ".card button:focus-visible": { outline: "2px solid var(--focus)", outlineOffset: "1px" },
  ".card code, .field code": {
    fontFamily: "var(--mono)", fontSize: "12px", backgroundColor: "var(--hush)", borderRadius: "4px", padding: "1px 4px",
  },
  ".field": { padding: "12px 14px" },
  ".field-name": { fontFamily: "var(--mono)", fontSize: "12.5px", fontWeight: "600" },
  ".field-type": { color: "var(--soft)", marginLeft: "8px", fontSize: "12px" },
  ".field p": { margin: "6px 0 0" },
  ".field .meaning": { borderTop: "1px solid var(--line)", marginTop: "8px", paddingTop: "8px" },
  ".cm-tooltip-autocomplete": { padding: "4px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "12.5px", maxHeight: "16em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "4px 8px", borderRadius: "6px", color: "var(--ink)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionDetail": { fontFamily: "var(--sans)", fontStyle: "normal", opacity: "0.75", marginLeft: "1em" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-completionInfo": { padding: "10px 12px", maxWidth: "320px" },
  ".cm-completionIcon": { display: "none" },
  ".cm-panels": { backgroundColor: "var(--paper)", color: "var(--ink)", borderColor: "var(--line)", fontFamily: "var(--sans)" },
  ".cm-textfield, .cm-button": {
    backgroundColor: "var(--card)", backgroundImage: "none", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: "6px",
  },
  ".cm-searchMatch": { backgroundColor: "var(--lit)" },
  ".cm-panel.cm-panel-lint ul": { maxHeight: "8em" },
  ".cm-panel.cm-panel-lint ul [aria-selected]": { backgroundColor: "var(--hush)" },
  ".cm-placeholder": { color: "var(--soft)" },
});

export const look = theme;
