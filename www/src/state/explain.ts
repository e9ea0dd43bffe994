// The page of a lint, as the engine tells it.

import { signal } from "@preact/signals";
import { ask, Refused } from "../engine/engine";
import { tell } from "./view";

export interface Explanation {
  lint: string;
  code: string;
  severity: string;
  text: string;
}

export const explained = signal<Explanation | null>(null);

export function explain(lint: string): void {
  ask<Explanation>("explain", { lint }, "explain").then(
    (page) => page && (explained.value = page),
    (fault: Refused) => tell(fault.message, "fault"),
  );
}
