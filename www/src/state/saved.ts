// What the page remembers, and how it begins: from a link, from the last visit, or empty.

import { batch, effect } from "@preact/signals";
import { read, unpack, type Shared } from "../share/link";
import { files, open } from "./files";
import { options, trimmed } from "./options";
import { EMPTY, question } from "./question";
import { FIRST, PANES, pane, tell, type Pane } from "./view";

const KEY = "netpol:v1";

export function current(): Shared {
  const shared: Shared = { files: files.value, pane: pane.value };
  if (Object.keys(options.value).length > 0) shared.options = options.value;
  if (question.value.from !== "" || question.value.to !== "") shared.question = question.value;
  return shared;
}

export function restore(shared: Shared): void {
  batch(() => {
    open(shared.files);
    options.value = trimmed(shared.options ?? {});
    question.value = shared.question ?? EMPTY;
    if ((PANES as readonly string[]).includes(shared.pane ?? "")) pane.value = shared.pane as Pane;
  });
}

export function reset(): void {
  restore({ files: [], pane: FIRST });
  history.replaceState(null, "", location.pathname + location.search);
}

/** Opens the link in the address, if there is one; tells whether it did. */
async function fromAddress(): Promise<boolean> {
  try {
    const shared = await unpack(location.hash);
    if (shared) restore(shared);
    return shared !== null;
  } catch (fault) {
    restore({ files: [] });
    tell((fault as Error).message, "fault");
    return true;
  }
}

export async function begin(): Promise<void> {
  if (!(await fromAddress())) {
    const shared = read(remembered() ?? "");
    if (shared) restore(shared);
  }
  addEventListener("hashchange", () => void fromAddress());
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const shared = current();
    clearTimeout(timer);
    timer = setTimeout(() => remember(shared), 400);
  });
}

// Storage may be forbidden or full; the page works without.
function remembered(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function remember(shared: Shared): void {
  try {
    if (shared.files.length === 0) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(shared));
  } catch {
    // Not remembered, then.
  }
}
