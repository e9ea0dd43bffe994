// From what the engine tells to what is drawn: namespaces as boxes, collapsed when many, edges
// added up. Runs in the worker, so that a large cluster costs the page nothing.

import type { Endpoint, Ports, Reach, Unknown } from "../engine/shapes";
import { layout } from "./layout";
import { told, label } from "./ports";
import { titleOf } from "./titles";

export interface Node {
  id: string;
  kind: string;
  group: string | null;
  title: string;
  sub: string;
  /** Whether no policy closes that side. Null where that is no question. */
  openIn: boolean | null;
  openOut: boolean | null;
  unknownIn: boolean;
  unknownOut: boolean;
  x: number;
  y: number;
  w: number;
  h: number;
}

export interface Group {
  id: string;
  title: string;
  x: number;
  y: number;
  w: number;
  h: number;
  /** Whether it was opened by hand and may be closed again. */
  canClose: boolean;
}

export interface Edge {
  from: string;
  to: string;
  label: string;
  told: string;
  /** How many connections it stands for. */
  count: number;
  path: string;
  midX: number;
  midY: number;
  /** How far the line has to be moved to where the drawing begins. */
  shift: [number, number];
}

export interface Picture {
  nodes: Node[];
  groups: Group[];
  edges: Edge[];
  width: number;
  height: number;
  unknown: Unknown[];
  /** What a reader must know to read the rest. */
  notes: string[];
  /** Pods that do not exist yet and that policies speak of, while they are left out. */
  hidden: number;
  /** Whether arrows are too many to be drawn all at once. */
  crowded: boolean;
  /** All connections in words, for the table. */
  rows: { from: string; to: string; ports: string }[];
}

/** Up to so many endpoints a map can be read at a glance. */
const FEW = 36;
const FEW_OUTSIDE = 8;
const MANY_ARROWS = 60;

export function picture(reach: Reach, open: ReadonlySet<string>, future: boolean): Picture {
  const used = new Set(reach.connections.flatMap((it) => [it.from, it.to]));
  const spoken = reach.endpoints.filter((it) => used.has(it.id) || it.kind === "workload");
  // Beside real workloads, those that may come would be drawn twice: they wait to be asked for.
  const real = spoken.some((it) => it.kind === "workload");
  const endpoints = spoken.filter((it) => future || !real || it.kind !== "future");
  const crowded = endpoints.length > FEW;
  const outside = endpoints.filter((it) => it.kind === "external");
  const shownAs = new Map<string, string>();
  const nodes = new Map<string, Node>();
  for (const it of endpoints) {
    const node = nodeFor(it, reach, crowded && !open.has(it.namespace ?? ""), outside.length > FEW_OUTSIDE);
    shownAs.set(it.id, node.id);
    const before = nodes.get(node.id);
    if (before) merge(before, node);
    else nodes.set(node.id, node);
  }
  for (const node of nodes.values()) finish(node, endpoints);
  const arrows = edges(reach, shownAs);
  const drawn = layout([...nodes.values()], arrows, crowded ? open : new Set());
  return {
    ...drawn,
    unknown: reach.unknown,
    notes: reach.notes ?? [],
    hidden: spoken.length - endpoints.length,
    crowded: arrows.length > MANY_ARROWS,
    rows: reach.connections.map((it) => ({ from: it.from, to: it.to, ports: told(it.allowed) })),
  };
}

function nodeFor(it: Endpoint, reach: Reach, collapsed: boolean, outsideCollapsed: boolean): Node {
  const pod = it.kind === "workload";
  const blank = { x: 0, y: 0, w: 0, h: 0, openIn: null, openOut: null };
  const unknown = (side: string) => reach.unknown.some((u) => u.side === side && (u.endpoints ?? []).includes(it.id));
  const own = { unknownIn: unknown("ingress"), unknownOut: unknown("egress") };
  if (it.kind === "external" && outsideCollapsed) {
    return { id: "outside", kind: "external", group: null, title: "outside addresses", sub: "told apart by ipBlocks", ...blank, ...own };
  }
  if (pod && collapsed && it.namespace !== undefined) {
    return { id: `namespace ${it.namespace}`, kind: "namespace", group: null, title: it.namespace, sub: "", ...blank, ...own };
  }
  const openIn = pod ? reach.unprotected.ingress.includes(it.id) : null;
  const openOut = pod ? reach.unprotected.egress.includes(it.id) : null;
  return { id: it.id, kind: it.kind, group: it.namespace ?? null, ...titleOf(it), ...blank, openIn, openOut, ...own };
}

function merge(into: Node, other: Node): void {
  into.unknownIn ||= other.unknownIn;
  into.unknownOut ||= other.unknownOut;
}

function finish(node: Node, endpoints: readonly Endpoint[]): void {
  if (node.kind !== "namespace") return;
  const count = endpoints.filter((it) => it.kind === "workload" && it.namespace === node.title).length;
  node.sub = `${count} ${count === 1 ? "workload" : "workloads"}`;
}

function edges(reach: Reach, shownAs: ReadonlyMap<string, string>): Edge[] {
  const found = new Map<string, Edge & { only: Ports }>();
  for (const it of reach.connections) {
    const [from, to] = [shownAs.get(it.from), shownAs.get(it.to)];
    if (from === undefined || to === undefined) continue;
    // What a collapsed namespace does inside itself is seen when it is opened.
    if (from === to && from !== it.from) continue;
    const key = `${from}\n${to}`;
    const before = found.get(key);
    if (before) before.count++;
    else found.set(key, { from, to, only: it.allowed, label: "", told: "", count: 1, path: "", midX: 0, midY: 0, shift: [0, 0] });
  }
  return [...found.values()].map(({ only, ...edge }) => ({
    ...edge,
    label: edge.count === 1 ? label(only) : `${edge.count} connections`,
    told: edge.count === 1 ? told(only) : `${edge.count} connections`,
  }));
}
