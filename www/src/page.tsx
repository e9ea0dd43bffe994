// The whole page: bar, start screen or workbench, notices and the lint's page.

import { useEffect, useRef } from "preact/hooks";
import { Bar } from "./bar/bar";
import { Editor } from "./editor/editor";
import { FileTabs } from "./filetabs";
import { Findings } from "./findings";
import { Icon } from "./icons";
import { Panes } from "./panes/panes";
import { Page } from "./prose";
import { Splitter } from "./splitter";
import { Start } from "./start";
import { explained } from "./state/explain";
import { files } from "./state/files";
import { checked } from "./state/report";
import { narrowShows, notice } from "./state/view";

export function PlaygroundPage() {
  const empty = files.value.length === 0;
  return (
    <>
      <Bar />
      {empty ? <Start /> : <Work />}
      <Notice />
      <LintPage />
    </>
  );
}

function Work() {
  const count = checked.value?.report.diagnostics.length ?? 0;
  return (
    <main class="work" data-shows={narrowShows.value}>
      <div class="narrow-switch switch" role="group" aria-label="Shown">
        <button aria-pressed={narrowShows.value === "files"} onClick={() => (narrowShows.value = "files")}>
          Files{count > 0 ? ` · ${count}` : ""}
        </button>
        <button aria-pressed={narrowShows.value === "answers"} onClick={() => (narrowShows.value = "answers")}>Answers</button>
      </div>
      <div class="side files-side">
        <FileTabs />
        <Editor />
        <Findings />
      </div>
      <Splitter />
      <div class="side answers-side"><Panes /></div>
    </main>
  );
}

function Notice() {
  const it = notice.value;
  return (
    <div class="notices" role="status" aria-live="polite">
      {it && (
        <p class={`notice ${it.tone}`}>
          <Icon name={it.tone === "good" ? "check" : "close"} />
          {it.text}
          <button class="quiet small" aria-label="Dismiss" onClick={() => (notice.value = null)}><Icon name="close" /></button>
        </p>
      )}
    </div>
  );
}

function LintPage() {
  const dialog = useRef<HTMLDialogElement>(null);
  const page = explained.value;
  useEffect(() => {
    if (page && !dialog.current?.open) dialog.current?.showModal();
  }, [page]);
  return (
    <dialog ref={dialog} class="lint-page" aria-label={page ? `About ${page.lint}` : "About a lint"} onClose={() => (explained.value = null)}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}>
      {page && (
        <div class="lint-page-inner">
          <button class="quiet small lint-close" aria-label="Close" onClick={() => dialog.current?.close()}><Icon name="close" /></button>
          <Page markdown={page.text} />
        </div>
      )}
    </dialog>
  );
}
