// The open files as tabs: arrows move, F2 renames, Delete closes.

import { signal } from "@preact/signals";
import { Icon } from "./icons";
import { drawn } from "./slices";
import { active, activeName, add, close, files, rename } from "./state/files";
import { checked } from "./state/report";
import { lit } from "./state/view";

const renaming = signal<string | null>(null);

export function FileTabs() {
  const litPaths = new Set(lit.value.map((it) => it.path));
  const counts = new Map<string, number>();
  for (const it of checked.value?.report.diagnostics ?? []) counts.set(it.path, (counts.get(it.path) ?? 0) + 1);
  const move = (event: KeyboardEvent, name: string) => {
    const list = files.value;
    const at = list.findIndex((file) => file.name === name);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      const next = list[(at + step + list.length) % list.length];
      if (next) activeName.value = next.name;
      const tabs = (event.currentTarget as HTMLElement).closest("[role=tablist]");
      void drawn().then(() => tabs?.querySelector<HTMLElement>("[aria-selected=true]")?.focus());
    } else if (event.key === "F2") renaming.value = name;
    else if (event.key === "Delete") close(name);
  };
  return (
    <div class="filetabs">
      <div role="tablist" aria-label="Files">
        {files.value.map(({ name }) => {
          const selected = active.value?.name === name;
          if (renaming.value === name) return <Rename name={name} />;
          return (
            <button key={name} role="tab" aria-selected={selected} tabIndex={selected ? 0 : -1} class={litPaths.has(name) ? "lit" : ""}
              title={`${name} · double-click or F2 renames, Delete closes`}
              onClick={() => (activeName.value = name)} onDblClick={() => (renaming.value = name)} onKeyDown={(event) => move(event, name)}>
              {name}
              {counts.get(name) ? <span class="count" aria-label={`${counts.get(name)} findings`}>{counts.get(name)}</span> : null}
            </button>
          );
        })}
      </div>
      {files.value.length > 1 && active.value && (
        <button class="quiet small" title={`Close ${active.value.name}`} aria-label={`Close ${active.value.name}`} onClick={() => active.value && close(active.value.name)}>
          <Icon name="close" />
        </button>
      )}
      <button class="quiet small" title="Add a file" aria-label="Add a file" onClick={() => add("policies.yaml", "")}><Icon name="plus" /></button>
    </div>
  );
}

function Rename({ name }: { name: string }) {
  const done = (text: string) => {
    renaming.value = null;
    rename(name, text);
  };
  return (
    <input class="rename" aria-label={`New name of ${name}`} defaultValue={name} ref={(it) => it?.select()}
      onBlur={(event) => done(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") done(event.currentTarget.value);
        else if (event.key === "Escape") renaming.value = null;
      }} />
  );
}
