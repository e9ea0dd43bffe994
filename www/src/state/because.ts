// Lights the lines that decide a connection: exactly those that `why` names.

import { ask } from "../engine/engine";
import type { Why } from "../engine/shapes";
import { files } from "./files";
import { engineOptions, sources } from "./report";
import { lit, type Lit } from "./view";

let looked = "";
let known = new Map<string, Why>();
let knownFor: unknown;

export async function why(from: string, to: string): Promise<Why | null> {
  if (knownFor !== files.value) {
    known = new Map();
    knownFor = files.value;
  }
  const key = JSON.stringify([from, to, engineOptions()]);
  const before = known.get(key);
  if (before) return before;
  const answer = await ask<Why>("why", { sources: sources(), options: engineOptions(), from, to }, "why-look").catch(() => null);
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
