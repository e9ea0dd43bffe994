// Lights the lines that decide a connection: exactly those that `why` names.

import { computed, effect, signal } from "@preact/signals";
import { cursor } from "../editor/cursor";
import { ask } from "../engine/engine";
import type { Why } from "../engine/shapes";
import { engineOptions, sources } from "./report";
import { active, files } from "./files";
import { picture } from "./reach";
import { lit, pane, type Lit } from "./view";

let looked = "";
let known = new Map<string, Why>();
let knownFor: unknown;

export async function why(from: string, to: string, topic = "why-look"): Promise<Why | null> {
  if (knownFor !== files.value) {
    known = new Map();
    knownFor = files.value;
  }
  const key = JSON.stringify([from, to, engineOptions()]);
  const before = known.get(key);
  if (before) return before;
  const answer = await ask<Why>("why", { sources: sources(), options: engineOptions(), from, to }, topic).catch(() => null);
  if (answer) known.set(key, answer);
  return answer;
}

export function linesOf(answer: Why): Lit[] {
  return answer.answers.flatMap((it) => it.reasons).flatMap((it) => (it.span && it.path !== null ? [{ path: it.path, start: it.span.start.offset, end: it.span.end.offset }] : []));
}

export async function lookAt(from: string, to: string): Promise<void> {
  looked = `${from}\n${to}`;
  const answer = await why(from, to);
  if (looked === `${from}\n${to}`) lit.value = answer ? linesOf(answer) : [];
}

export function lookAway(): void {
  looked = "";
  if (lit.value.length > 0) lit.value = [];
}

/** With more arrows than these, asking for the lines of each would keep the engine from its work. */
const FEW_ARROWS = 40;
const linesByArrow = signal<ReadonlyMap<string, readonly Lit[]>>(new Map());

/** The arrows that rest on the line the cursor stands on. */
export const touched = computed<ReadonlySet<string>>(() => {
  const path = active.value?.name;
  const at = cursor.value;
  const on = [...linesByArrow.value].filter(([, lines]) => lines.some((it) => it.path === path && it.start <= at && at <= it.end));
  return new Set(on.map(([arrow]) => arrow));
});

/** Learns the lines of every arrow of a small map, while nothing else is asked. */
export function keepLearning(): void {
  effect(() => {
    const drawn = picture.value;
    linesByArrow.value = new Map();
    if (!drawn || pane.value !== "map" || drawn.edges.length > FEW_ARROWS) return;
    void learn(drawn.edges.filter((edge) => edge.canAsk), () => picture.peek() === drawn);
  });
}

async function learn(arrows: readonly { from: string; to: string }[], isCurrent: () => boolean): Promise<void> {
  const found = new Map<string, readonly Lit[]>();
  for (const { from, to } of arrows) {
    const answer = await why(from, to, "why-learn");
    if (!isCurrent()) return;
    if (answer) found.set(`${from} ${to}`, answer.answers.flatMap((it) => it.reasons).flatMap(opens));
  }
  linesByArrow.value = found;
}

/** The lines that open a connection: those that close the rest lie under every arrow. */
function opens(it: Why["answers"][number]["reasons"][number]): Lit[] {
  return it.effect === "allows" && it.span && it.path !== null ? [{ path: it.path, start: it.span.start.offset, end: it.span.end.offset }] : [];
}
