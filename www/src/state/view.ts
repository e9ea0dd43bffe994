// Which pane is shown, and the small things that open and close.

import { signal } from "@preact/signals";

export type Pane = "map" | "matrix" | "why" | "words" | "console";
/** The panes there are, in the order of their tabs. */
export const PANES: readonly Pane[] = ["map", "matrix", "why", "words", "console"];
export const FIRST: Pane = PANES[0] ?? "map";

export const TITLES: Record<Pane, string> = {
  map: "Map",
  matrix: "Matrix",
  why: "Why",
  words: "Words",
  console: "Console",
};

export const pane = signal<Pane>(FIRST);

/** On a narrow screen one thing is shown at a time. */
export const narrowShows = signal<"files" | "answers">("files");

export function show(next: Pane): void {
  pane.value = next;
  narrowShows.value = "answers";
}

/** One sentence to the person, with its tone; goes by itself unless it is a fault. */
export const notice = signal<{ tone: "good" | "fault"; text: string } | null>(null);

let timer: ReturnType<typeof setTimeout> | undefined;

export function tell(text: string, tone: "good" | "fault" = "good"): void {
  clearTimeout(timer);
  notice.value = { tone, text };
  if (tone === "good") timer = setTimeout(() => (notice.value = null), 4000);
}

/** Lines lit in the editor, because something that rests on them is looked at. */
export interface Lit {
  path: string;
  start: number;
  end: number;
}
export const lit = signal<readonly Lit[]>([]);
