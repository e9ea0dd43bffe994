// The open files: the one truth of what the page is about. The editor follows them.

import { batch, computed, signal } from "@preact/signals";
import type { Edit } from "../engine/shapes";

export interface File {
  readonly name: string;
  readonly text: string;
}

export const files = signal<readonly File[]>([]);
export const activeName = signal("");
export const active = computed(() => files.value.find((file) => file.name === activeName.value) ?? files.value[0]);

/** Where the editor shall go next: set by a click on a finding or a reason. */
export const goal = signal<{ path: string; offset: number } | null>(null);

/** Line ends as the editor counts them; offsets then agree everywhere. */
export function tidy(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

export function open(list: readonly File[]): void {
  batch(() => {
    files.value = list.map((file) => ({ name: file.name, text: tidy(file.text) }));
    activeName.value = list[0]?.name ?? "";
  });
}

export function add(name: string, text: string): void {
  const free = freeName(name);
  batch(() => {
    files.value = [...files.value, { name: free, text: tidy(text) }];
    activeName.value = free;
  });
}

export function close(name: string): void {
  const at = files.value.findIndex((file) => file.name === name);
  batch(() => {
    files.value = files.value.filter((file) => file.name !== name);
    if (activeName.value === name) activeName.value = files.value[Math.max(0, at - 1)]?.name ?? "";
  });
}

export function rename(name: string, wanted: string): void {
  const trimmed = wanted.trim();
  if (trimmed === "" || trimmed === name) return;
  const free = freeName(trimmed);
  batch(() => {
    files.value = files.value.map((file) => (file.name === name ? { name: free, text: file.text } : file));
    if (activeName.value === name) activeName.value = free;
  });
}

export function write(name: string, text: string): void {
  files.value = files.value.map((file) => (file.name === name ? { name, text } : file));
}

/** Applies the edits of one fix, to whichever files they speak of. */
export function apply(edits: readonly Edit[]): void {
  files.value = files.value.map((file) => {
    const own = edits.filter((edit) => edit.path === file.name).sort((a, b) => b.start - a.start);
    let text = file.text;
    for (const edit of own) text = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
    return own.length === 0 ? file : { name: file.name, text };
  });
}

export function goTo(path: string, offset: number): void {
  batch(() => {
    if (files.value.some((file) => file.name === path)) activeName.value = path;
    goal.value = { path, offset };
  });
}

function freeName(wanted: string): string {
  const taken = new Set(files.value.map((file) => file.name));
  if (!taken.has(wanted)) return wanted;
  const dot = wanted.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [wanted.slice(0, dot), wanted.slice(dot)] : [wanted, ""];
  for (let n = 2; ; n++) {
    const name = `${stem}-${n}${ending}`;
    if (!taken.has(name)) return name;
  }
}
