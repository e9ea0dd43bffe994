// Where everything goes: each namespace laid out by itself, then the boxes among each other.

import { graphlib, layout as dagre } from "@dagrejs/dagre";
import type { Edge, Group, Node } from "./picture";

const PAD = 18;
const HEAD = 30;
const MARGIN = 28;

interface Drawn {
  nodes: Node[];
  groups: Group[];
  edges: Edge[];
  width: number;
  height: number;
}

export function layout(nodes: Node[], edges: Edge[], opened: ReadonlySet<string>): Drawn {
  for (const node of nodes) size(node);
  const groupIds = [...new Set(nodes.flatMap((node) => (node.group === null ? [] : [node.group])))].sort();
  const groups = groupIds.map((id) => box(id, nodes, edges, opened));
  arrange(nodes, groups, edges);
  const at = new Map(nodes.map((node) => [node.id, node]));
  draw(edges, at);
  const right = Math.max(0, ...nodes.map((it) => it.x + it.w), ...groups.map((it) => it.x + it.w));
  const bottom = Math.max(0, ...nodes.map((it) => it.y + it.h), ...groups.map((it) => it.y + it.h));
  return { nodes, groups, edges, width: right + MARGIN, height: bottom + MARGIN };
}

function size(node: Node): void {
  const wide = Math.max(node.title.length * 7.6, node.sub.length * 6.1) + 46;
  node.w = Math.round(Math.min(250, Math.max(124, wide)));
  node.h = 50;
}

function graph(gap: number, between: number): graphlib.Graph {
  const it = new graphlib.Graph();
  it.setGraph({ rankdir: "LR", nodesep: gap, ranksep: between, marginx: 0, marginy: 0 });
  it.setDefaultEdgeLabel(() => ({}));
  return it;
}

/** Lays out the inside of one namespace; its nodes then stand relative to the box. */
function box(id: string, nodes: Node[], edges: Edge[], opened: ReadonlySet<string>): Group {
  const own = nodes.filter((node) => node.group === id);
  const ids = new Set(own.map((node) => node.id));
  const inside = graph(14, 96);
  for (const node of own) inside.setNode(node.id, { width: node.w, height: node.h });
  for (const edge of edges) {
    if (edge.from !== edge.to && ids.has(edge.from) && ids.has(edge.to)) inside.setEdge(edge.from, edge.to);
  }
  dagre(inside);
  let [w, h] = [0, 0];
  for (const node of own) {
    const placed = inside.node(node.id) as { x: number; y: number };
    node.x = Math.round(placed.x - node.w / 2) + PAD;
    node.y = Math.round(placed.y - node.h / 2) + PAD + HEAD;
    w = Math.max(w, node.x + node.w + PAD);
    h = Math.max(h, node.y + node.h + PAD);
  }
  return { id, title: id, x: 0, y: 0, w, h, canClose: opened.has(id) };
}

/** Places boxes and the nodes outside of boxes, and moves what stands in boxes with them. */
function arrange(nodes: Node[], groups: Group[], edges: Edge[]): void {
  const whole = graph(34, 120);
  const place = new Map<string, string>();
  for (const group of groups) whole.setNode(`box ${group.id}`, { width: group.w, height: group.h });
  for (const node of nodes) {
    place.set(node.id, node.group === null ? node.id : `box ${node.group}`);
    if (node.group === null) whole.setNode(node.id, { width: node.w, height: node.h });
  }
  for (const edge of edges) {
    const [from, to] = [place.get(edge.from), place.get(edge.to)];
    if (from !== undefined && to !== undefined && from !== to) whole.setEdge(from, to);
  }
  dagre(whole);
  const corner = (id: string, w: number, h: number): [number, number] => {
    const placed = whole.node(id) as { x: number; y: number };
    return [Math.round(placed.x - w / 2) + MARGIN, Math.round(placed.y - h / 2) + MARGIN];
  };
  for (const group of groups) {
    [group.x, group.y] = corner(`box ${group.id}`, group.w, group.h);
    for (const node of nodes) {
      if (node.group !== group.id) continue;
      node.x += group.x;
      node.y += group.y;
    }
  }
  for (const node of nodes) if (node.group === null) [node.x, node.y] = corner(node.id, node.w, node.h);
}

type Side = "left" | "right";

/** Draws every edge as a curve, its ends spread over the side of the node they touch. */
function draw(edges: Edge[], at: ReadonlyMap<string, Node>): void {
  const ends = new Map<string, { edge: Edge; end: "from" | "to"; other: number }[]>();
  const sides = new Map<Edge, [Side, Side]>();
  for (const edge of edges) {
    const [a, b] = [at.get(edge.from), at.get(edge.to)];
    if (!a || !b) continue;
    const pair: [Side, Side] = a === b ? ["right", "right"] : b.x >= a.x + a.w ? ["right", "left"] : b.x + b.w <= a.x ? ["left", "right"] : ["right", "right"];
    sides.set(edge, pair);
    push(ends, `${a.id}\n${pair[0]}`, { edge, end: "from", other: b.y });
    push(ends, `${b.id}\n${pair[1]}`, { edge, end: "to", other: a.y });
  }
  const heights = new Map<Edge, { from: number; to: number }>();
  for (const [key, list] of ends) {
    const node = at.get(key.slice(0, key.lastIndexOf("\n")));
    if (!node) continue;
    list.sort((x, y) => x.other - y.other);
    list.forEach(({ edge, end }, index) => {
      const it = heights.get(edge) ?? { from: 0, to: 0 };
      it[end] = node.y + (node.h * (index + 1)) / (list.length + 1);
      heights.set(edge, it);
    });
  }
  for (const [edge, [out, into]] of sides) {
    const [a, b, y] = [at.get(edge.from), at.get(edge.to), heights.get(edge)];
    if (a && b && y) curve(edge, out === "right" ? a.x + a.w : a.x, y.from, out, into === "right" ? b.x + b.w : b.x, y.to, into);
  }
}

function curve(edge: Edge, x1: number, y1: number, out: Side, x2: number, y2: number, into: Side): void {
  const reach = out === into ? 46 + Math.min(70, Math.abs(y2 - y1) / 5) : Math.max(36, Math.abs(x2 - x1) * 0.45);
  // The head of the arrow wants room before the node.
  const tip = into === "left" ? x2 - 7 : x2 + 7;
  const c1 = out === "right" ? x1 + reach : x1 - reach;
  const c2 = into === "left" ? tip - reach : tip + reach;
  const n = (value: number) => Math.round(value * 10) / 10;
  edge.path = `M${n(x1)} ${n(y1)}C${n(c1)} ${n(y1)} ${n(c2)} ${n(y2)} ${n(tip)} ${n(y2)}`;
  edge.midX = n((x1 + 3 * c1 + 3 * c2 + tip) / 8);
  edge.midY = n((y1 + y2) / 2);
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
