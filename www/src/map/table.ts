// The matrix: who reaches whom, by workload, or by namespace where there are many.

import type { Endpoint, Reach } from "../engine/shapes";
import { label, told } from "./ports";
import { titleOf } from "./titles";

export interface Axis {
  id: string;
  title: string;
  sub: string;
  /** How many endpoints it stands for; 1 is the endpoint itself. */
  size: number;
}

export type Mark = "all" | "some" | "unknown" | "none" | "self";

export interface Cell {
  mark: Mark;
  label: string;
  told: string;
}

export interface Table {
  axes: Axis[];
  cells: Cell[][];
  byNamespace: boolean;
  /** What leads out of the one namespace that is shown, where nothing else tells. */
  beyond: Beyond[] | null;
  /** Where the pairs are too many to count: the workloads, and the namespaces to look inside. */
  tooMany: { workloads: number; namespaces: { name: string; size: number }[] } | null;
}

/** How many pairs lead from one namespace to another, and back. */
export interface Beyond {
  name: string;
  /** Pairs in each direction. */
  of: number;
  out: number;
  into: number;
  unknown: number;
}

/** The other namespaces that a namespace reaches or is reached by, where no matrix of namespaces tells. */
export function beyond(reach: Reach, only: string): Beyond[] {
  const home = new Map<string, string>();
  const sizes = new Map<string, number>();
  for (const it of reach.endpoints) {
    if (it.kind !== "workload") continue;
    const name = it.namespace ?? "";
    home.set(it.id, name);
    sizes.set(name, (sizes.get(name) ?? 0) + 1);
  }
  const found = new Map<string, Beyond>();
  const count = (from: string | undefined, to: string | undefined, what: "allowed" | "unknown") => {
    const [a, b] = [home.get(from ?? ""), home.get(to ?? "")];
    if (a === undefined || b === undefined || a === b) return;
    const name = a === only ? b : a;
    const it = found.get(name) ?? { name, of: (sizes.get(only) ?? 0) * (sizes.get(name) ?? 0), out: 0, into: 0, unknown: 0 };
    found.set(name, it);
    if (what === "unknown") it.unknown++;
    else if (a === only) it.out++;
    else it.into++;
  };
  for (const it of reach.connections) count(it.from, it.to, "allowed");
  for (const it of reach.unknown) count(it.from, it.to, "unknown");
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
}

/** More pairs of workloads than these are counted for one namespace at a time. */
export const MOST_PAIRS = 640_000;

/** No matrix, but the namespaces that have one of their own. */
export function tooMany(reach: Reach): Table {
  const sizes = new Map<string, number>();
  for (const it of reach.endpoints) if (it.kind === "workload") sizes.set(it.namespace ?? "", (sizes.get(it.namespace ?? "") ?? 0) + 1);
  const namespaces = [...sizes].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true })).map(([name, size]) => ({ name, size }));
  const workloads = namespaces.reduce((sum, it) => sum + it.size, 0);
  return { axes: [], cells: [], byNamespace: true, beyond: null, tooMany: { workloads, namespaces } };
}

const FEW = 26;

export function table(reach: Reach, only: string | null): Table {
  const present = reach.endpoints.filter((it) => it.kind === "workload" || it.kind === "external" || it.kind === "ingress-controller");
  const byNamespace = present.length > FEW && only === null;
  const list = only === null ? present : present.filter((it) => it.kind !== "workload" || it.namespace === only);
  const axes: Axis[] = [];
  const index = new Map<string, number>();
  const seen = new Map<string, number>();
  for (const it of list) {
    const key = byNamespace ? keyOf(it) : it.id;
    let at = seen.get(key);
    if (at === undefined) {
      at = axes.length;
      seen.set(key, at);
      axes.push(byNamespace ? { id: key, title: it.kind === "workload" ? (it.namespace ?? "") : titleOf(it).title, sub: "", size: 0 } : { id: it.id, ...axisTitle(it), size: 0 });
    }
    const axis = axes[at];
    if (axis) axis.size++;
    index.set(it.id, at);
  }
  // One line for all of them is not the line of the first.
  for (const axis of axes) if (byNamespace && axis.id === "external" && axis.size > 1) axis.title = "outside addresses";
  return { axes, cells: byNamespace ? added(reach, axes, index) : single(reach, axes, index), byNamespace, beyond: null, tooMany: null };
}

function axisTitle(it: Endpoint): { title: string; sub: string } {
  const { title, sub } = titleOf(it);
  return { title, sub: it.kind === "workload" ? (it.namespace ?? "") : sub };
}

function keyOf(it: Endpoint): string {
  return it.kind === "workload" ? `namespace ${it.namespace ?? ""}` : it.kind;
}

function single(reach: Reach, axes: readonly Axis[], index: ReadonlyMap<string, number>): Cell[][] {
  const outside = (at: number) => !axes[at]?.sub || reach.endpoints.find((it) => it.id === axes[at]?.id)?.kind !== "workload";
  const cells: Cell[][] = axes.map((_, row) => axes.map((_, column): Cell => (outside(row) && outside(column) ? { mark: "self", label: "", told: "not the cluster's business" } : { mark: "none", label: "", told: "nothing" })));
  const put = (from: string, to: string, change: (cell: Cell) => Cell) => {
    const [row, column] = [index.get(from), index.get(to)];
    if (row === undefined || column === undefined) return;
    const line = cells[row];
    const cell = line?.[column];
    if (line && cell) line[column] = change(cell);
  };
  for (const it of reach.connections) {
    put(it.from, it.to, () => ({ mark: it.allowed === "all" ? "all" : "some", label: label(it.allowed), told: told(it.allowed) }));
  }
  for (const it of reach.unknown) {
    if (it.from === undefined || it.to === undefined) continue;
    const unsure = `${told(it.ports)}: unknown`;
    put(it.from, it.to, (cell) => (cell.mark === "none" ? { mark: "unknown", label: "?", told: unsure } : { ...cell, label: `${cell.label} ?`, told: `${cell.told}; ${unsure}` }));
  }
  return cells;
}

function added(reach: Reach, axes: readonly Axis[], index: ReadonlyMap<string, number>): Cell[][] {
  const counts = axes.map(() => axes.map(() => ({ allowed: 0, unknown: 0 })));
  const count = (from: string | undefined, to: string | undefined, what: "allowed" | "unknown") => {
    const cell = counts[index.get(from ?? "") ?? -1]?.[index.get(to ?? "") ?? -1];
    if (cell) cell[what]++;
  };
  for (const it of reach.connections) count(it.from, it.to, "allowed");
  for (const it of reach.unknown) count(it.from, it.to, "unknown");
  return counts.map((line, row) =>
    line.map(({ allowed, unknown }, column): Cell => {
      const of = (axes[row]?.size ?? 0) * (axes[column]?.size ?? 0);
      if (allowed === 0 && unknown === 0) return { mark: "none", label: "", told: "nothing" };
      const words = `${allowed} of ${of} pairs${unknown > 0 ? `, ${unknown} unknown` : ""}`;
      if (allowed === 0) return { mark: "unknown", label: "?", told: words };
      return { mark: allowed >= of ? "all" : "some", label: String(allowed), told: words };
    }),
  );
}
