// The question on the Why page: who wants to reach whom.

import { signal } from "@preact/signals";

export interface Question {
  from: string;
  to: string;
  port: string;
  protocol: string;
}

export const EMPTY: Question = { from: "", to: "", port: "", protocol: "TCP" };
export const question = signal<Question>(EMPTY);

/** Reads `shop/web -> shop/db:5432/TCP`; null where it is no such sentence. */
export function parse(text: string): Question | null {
  const parts = text.split(/\s*(?:->|→|=>)\s*/);
  if (parts.length !== 2) return null;
  const [from, target] = parts as [string, string];
  const match = /^(.*?)(?:\s*:\s*([\w-]+)(?:\/(tcp|udp|sctp))?)?$/i.exec(target.trim());
  if (!match || from.trim() === "" || !match[1]) return null;
  return { from: from.trim(), to: match[1].trim(), port: match[2] ?? "", protocol: (match[3] ?? "TCP").toUpperCase() };
}

/** The question as the engine takes it. */
export function ends(asked: Question): Record<string, unknown> {
  const port = /^\d+$/.test(asked.port) ? { port: Number(asked.port), protocol: asked.protocol } : {};
  return { from: asked.from, to: asked.to, ...port };
}
