// Files and text that are dropped or pasted on the page.

import { add, files, write } from "./state/files";
import { tell } from "./state/view";

const LARGEST = 16_000_000;

export async function takeFiles(list: FileList | null | undefined): Promise<void> {
  for (const file of Array.from(list ?? [])) {
    if (file.size > LARGEST) {
      tell(`${file.name} is too large for this page: the command line has no such limit.`, "fault");
      continue;
    }
    add(file.name, await file.text());
  }
}

export function listenForDrops(): void {
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    const data = event.dataTransfer;
    if (data && data.files.length > 0) void takeFiles(data.files);
    else takeText(data?.getData("text/plain") ?? "");
  });
  addEventListener("paste", (event) => {
    const target = event.composedPath()[0] as HTMLElement;
    if (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest?.("[contenteditable=true]")) return;
    if (event.clipboardData && event.clipboardData.files.length > 0) void takeFiles(event.clipboardData.files);
    else takeText(event.clipboardData?.getData("text/plain") ?? "");
  });
}

function takeText(text: string): void {
  if (text.trim() === "") return;
  const empty = files.value.find((file) => file.text.trim() === "");
  if (empty) write(empty.name, text.replace(/\r\n?/g, "\n"));
  else add("policies.yaml", text);
}
