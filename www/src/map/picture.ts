// From what the engine tells to what is drawn: namespaces as boxes, collapsed when many, edges
// added up. Runs in the worker, so that a large cluster costs the page nothing.

import type { Endpoint, Ports, Reach, Unknown } from "../engine/shapes";
import { grantEdges, grantRow, type GrantRow } from "./grants";
import { layout } from "./layout";
import { told, label } from "./ports";
import { called, titleOf } from "./titles";

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
  /** How many connections it stands for; none where it stands only for what one side grants. */
  count: number;
  /** Whether it stands for one pair that `why` can be asked of. */
  canAsk: boolean;
  /** What its ends grant each other beside that, as sentences: open where both agree. */
  granted: string[];
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
  /** The first connections in words, for the table, and how many there are. */
  rows: { from: string; to: string; ports: string }[];
  rowCount: number;
  /** The same of what each side grants, where that is told instead of every pair. */
  grants: GrantRow[];
  grantCount: number;
  /** Whether some grants have no arrow of their own, because they would be too many. */
  grantsCut: boolean;
}

/** Up to so many endpoints a map can be read at a glance. */
const FEW = 36;
const FEW_OUTSIDE = 8;
const MANY_ARROWS = 60;
/** A longer table helps nobody; the page says how much longer it would be. */
const MOST_ROWS = 500;

export function picture(reach: Reach, open: ReadonlySet<string>, future: boolean): Picture {
  const grants = reach.grants ?? [];
  const used = new Set(reach.connections.flatMap((it) => [it.from, it.to]));
  for (const it of grants) for (const id of [...it.endpoints, ...it.with]) used.add(id);
  const spoken = reach.endpoints.filter((it) => used.has(it.id) || it.kind === "workload");
  // Beside real workloads, those that may come would be drawn twice: they wait to be asked for.
  const real = spoken.some((it) => it.kind === "workload");
  const endpoints = spoken.filter((it) => future || !real || it.kind !== "future");
  const crowded = endpoints.length > FEW;
  const outside = endpoints.filter((it) => it.kind === "external");
  const sides = sidesOf(reach);
  const shownAs = new Map<string, string>();
  const nodes = new Map<string, Node>();
  for (const it of endpoints) {
    const node = nodeFor(it, sides, crowded && !open.has(it.namespace ?? ""), outside.length > FEW_OUTSIDE);
    shownAs.set(it.id, node.id);
    const before = nodes.get(node.id);
    if (before) merge(before, node);
    else nodes.set(node.id, node);
  }
  for (const node of nodes.values()) finish(node, endpoints);
  const certain = edges(reach, shownAs);
  const { edges: arrows, cut } = grantEdges(grants, shownAs, nodes, certain);
  const drawn = layout([...nodes.values()], arrows, crowded ? open : new Set());
  return {
    ...drawn,
    unknown: reach.unknown,
    notes: reach.notes ?? [],
    hidden: spoken.length - endpoints.length,
    crowded: arrows.length > MANY_ARROWS,
    rows: reach.connections.slice(0, MOST_ROWS).map((it) => ({ from: called(it.from), to: called(it.to), ports: told(it.allowed) })),
    rowCount: reach.connections.length,
    grants: grants.slice(0, MOST_ROWS).map(grantRow),
    grantCount: grants.length,
    grantsCut: cut,
  };
}

/** Who stands open, and whose verdict is unknown, by direction. */
interface Sides {
  open: Record<"ingress" | "egress", ReadonlySet<string>>;
  unknown: Record<"ingress" | "egress", ReadonlySet<string>>;
}

function sidesOf(reach: Reach): Sides {
  const unknown = (side: string) => new Set(reach.unknown.flatMap((it) => (it.side === side ? (it.endpoints ?? []) : [])));
  const { ingress, egress } = reach.unprotected;
  return { open: { ingress: new Set(ingress), egress: new Set(egress) }, unknown: { ingress: unknown("ingress"), egress: unknown("egress") } };
}

/** Kinds that stand for pods by their labels, which a namespace on the map covers. */
const BY_LABEL: ReadonlySet<string> = new Set(["selected", "pods"]);

function nodeFor(it: Endpoint, sides: Sides, collapsed: boolean, outsideCollapsed: boolean): Node {
  const pod = it.kind === "workload";
  const blank = { x: 0, y: 0, w: 0, h: 0, openIn: null, openOut: null };
  const own = { unknownIn: sides.unknown.ingress.has(it.id), unknownOut: sides.unknown.egress.has(it.id) };
  if (it.kind === "external" && outsideCollapsed) {
    return { id: "outside", kind: "external", group: null, title: "outside addresses", sub: "told apart by ipBlocks", ...blank, ...own };
  }
  if ((pod || BY_LABEL.has(it.kind)) && collapsed && it.namespace !== undefined) {
    return { id: `namespace ${it.namespace}`, kind: "namespace", group: null, title: it.namespace, sub: "", ...blank, ...own };
  }
  const openIn = pod ? sides.open.ingress.has(it.id) : null;
  const openOut = pod ? sides.open.egress.has(it.id) : null;
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
    else found.set(key, { from, to, only: it.allowed, label: "", told: "", count: 1, canAsk: true, granted: [], path: "", midX: 0, midY: 0, shift: [0, 0] });
  }
  return [...found.values()].map(({ only, ...edge }) => ({
    ...edge,
    canAsk: edge.count === 1,
    label: edge.count === 1 ? label(only) : `${edge.count} connections`,
    told: edge.count === 1 ? told(only) : `${edge.count} connections`,
  }));
}
