// The findings for the files as they stand, kept up to date while the person types.

import { effect, signal } from "@preact/signals";
import { ask, Refused, rest } from "../engine/engine";
import type { Report, Source } from "../engine/shapes";
import { drawn } from "../slices";
import { files, type File } from "./files";
import { options, type Options } from "./options";

export interface Checked {
  report: Report;
  /** What it speaks of; positions hold for exactly these texts. */
  files: readonly File[];
}

export const checked = signal<Checked | null>(null);
/** A request the engine turned down: a fault of the options, as one sentence. */
export const refused = signal<string | null>(null);

export function sources(): Source[] {
  return files.value.map((file) => ({ path: file.name, text: file.text }));
}

/** The options as they go to the engine: positions as JavaScript counts them. */
export function engineOptions(it: Options = options.value): Record<string, unknown> {
  return { ...it, positions: "utf-16" };
}

export function keepChecking(): void {
  let before = "";
  effect(() => {
    const of = files.value;
    const names = of.map((file) => file.name).join("\n");
    if (names !== before) rest(drawn());
    before = names;
    const request = { sources: sources(), options: engineOptions() };
    if (of.length === 0) {
      checked.value = null;
      return;
    }
    ask<Report>("check", request, "check").then(
      (report) => {
        if (report === null) return;
        checked.value = { report, files: of };
        refused.value = null;
        void drawn().then(() => performance.mark("netpol:shown"));
      },
      (fault: Refused) => (refused.value = fault.message),
    );
  });
}
