// What the map and the matrix show, asked for only while they are looked at.

import { effect, signal } from "@preact/signals";
import { ask, Refused } from "../engine/engine";
import type { Picture } from "../map/picture";
import type { Table } from "../map/table";
import { files } from "./files";
import { options } from "./options";
import { engineOptions, sources } from "./report";
import { pane } from "./view";

export const openNamespaces = signal<readonly string[]>([]);
export const withFuture = signal(false);
export const picture = signal<Picture | null>(null);
export const onlyNamespace = signal<string | null>(null);
export const matrix = signal<Table | null>(null);
export const reachFault = signal<string | null>(null);

export function keepDrawing(): void {
  let before: readonly unknown[] = [];
  effect(() => {
    const now = [files.value, options.value];
    // What stands nowhere to be seen is not kept for other files: it would be shown until the new one is there.
    if (now.some((it, at) => it !== before[at])) {
      if (pane.value !== "map") picture.value = null;
      if (pane.value !== "matrix") matrix.value = null;
    }
    before = now;
    if (files.value.length === 0) {
      picture.value = matrix.value = null;
      openNamespaces.value = [];
      onlyNamespace.value = null;
      return;
    }
    if (pane.value === "map") {
      const request = { sources: sources(), options: engineOptions(options.value), open: openNamespaces.value, future: withFuture.value };
      keep(ask<Picture>("picture", request, "picture"), (it) => (picture.value = it));
    }
    if (pane.value === "matrix") {
      const request = { sources: sources(), options: { ...engineOptions(options.value), expand: true }, only: onlyNamespace.value };
      keep(ask<Table>("table", request, "table"), (it) => (matrix.value = it));
    }
  });
}

function keep<T>(answer: Promise<T | null>, put: (it: T) => void): void {
  answer.then(
    (it) => {
      if (it === null) return;
      reachFault.value = null;
      put(it);
    },
    (fault: Refused) => (reachFault.value = fault.message),
  );
}

export function toggleNamespace(name: string): void {
  const open = openNamespaces.value;
  openNamespaces.value = open.includes(name) ? open.filter((it) => it !== name) : [...open, name];
}
