// Where everything goes. Namespaces are boxes around their workloads, laid out together so that
// arrows run around what they do not touch; a crowd stands in rows, and shows its arrows when asked.

import { graphlib, layout as dagre } from "@dagrejs/dagre";
import { curve, spline } from "./curves";
import type { Edge, Group, Node } from "./picture";

const PAD = 18;
const HEAD = 32;
const MARGIN = 26;
/** More nodes than these are put in rows. */
const CROWD = 26;
const ROW = 1080;
/** Room for an arrow and its label. */
const GAP = 66;

interface Drawn {
  nodes: Node[];
  groups: Group[];
  edges: Edge[];
  width: number;
  height: number;
}

export function layout(nodes: Node[], edges: Edge[], opened: ReadonlySet<string>): Drawn {
  for (const node of nodes) size(node);
  const names = [...new Set(nodes.flatMap((node) => (node.group === null ? [] : [node.group])))].sort();
  const groups = names.map((id): Group => ({ id, title: id, x: 0, y: 0, w: 0, h: 0, canClose: opened.has(id) }));
  if (nodes.length > CROWD) rows(nodes, groups, edges);
  else flow(nodes, groups, edges);
  return fit({ nodes, groups, edges, width: 0, height: 0 });
}

function size(node: Node): void {
  const wide = Math.max(node.title.length * 7.7, node.sub.length * 6.2) + 42;
  node.w = Math.round(Math.min(250, Math.max(116, wide)));
  node.h = 50;
}

/** From left to right, by who reaches whom. */
function flow(nodes: Node[], groups: Group[], edges: Edge[]): void {
  const graph = new graphlib.Graph({ compound: true });
  graph.setGraph({ rankdir: "LR", nodesep: 28, ranksep: 52, edgesep: 14, marginx: 0, marginy: 0 });
  for (const group of groups) graph.setNode(`box ${group.id}`, {});
  for (const node of nodes) {
    graph.setNode(node.id, { width: node.w, height: node.h });
    if (node.group !== null) graph.setParent(node.id, `box ${node.group}`);
  }
  const drawn = edges.filter((edge) => edge.from !== edge.to);
  for (const edge of drawn) graph.setEdge(edge.from, edge.to, { width: edge.label.length * 7 + 10, height: 14, labelpos: "c" });
  dagre(graph);
  for (const node of nodes) {
    const at = graph.node(node.id) as { x: number; y: number };
    node.x = Math.round(at.x - node.w / 2);
    node.y = Math.round(at.y - node.h / 2);
  }
  for (const group of groups) enclose(group, nodes);
  const at = new Map(nodes.map((node) => [node.id, node]));
  for (const edge of drawn) {
    const { points } = graph.edge(edge.from, edge.to) as { points: { x: number; y: number }[] };
    spline(edge, anchored(points, at.get(edge.from), at.get(edge.to)));
  }
  for (const edge of edges) if (edge.from === edge.to) curve(edge, at.get(edge.from), at.get(edge.to));
}

/** Arrows leave and enter in the middle of a side. */
function anchored(points: { x: number; y: number }[], from: Node | undefined, to: Node | undefined): { x: number; y: number }[] {
  const inner = points.slice(1, -1);
  const [second, last] = [inner[0], inner.at(-1)];
  if (!from || !to || !second || !last) return points;
  const side = (node: Node, towards: number) => ({ x: towards > node.x + node.w / 2 ? node.x + node.w : node.x, y: node.y + node.h / 2 });
  return [side(from, second.x), ...inner, side(to, last.x)];
}

function enclose(group: Group, nodes: readonly Node[]): void {
  const own = nodes.filter((node) => node.group === group.id);
  group.x = Math.min(...own.map((it) => it.x)) - PAD;
  group.y = Math.min(...own.map((it) => it.y)) - HEAD - 6;
  group.w = Math.max(...own.map((it) => it.x + it.w)) + PAD - group.x;
  group.h = Math.max(...own.map((it) => it.y + it.h)) + PAD - group.y;
}

/** In rows, each opened namespace as a box of its own. */
function rows(nodes: Node[], groups: Group[], edges: Edge[]): void {
  const blocks: { w: number; h: number; put: (x: number, y: number) => void }[] = [];
  for (const group of groups) {
    const own = nodes.filter((node) => node.group === group.id);
    const columns = Math.ceil(Math.sqrt(own.length));
    const width = Math.max(...own.map((node) => node.w));
    own.forEach((node, at) => {
      node.x = PAD + (at % columns) * (width + 34);
      node.y = HEAD + 8 + Math.floor(at / columns) * (node.h + 22);
    });
    group.w = PAD * 2 + columns * (width + 34) - 34;
    group.h = HEAD + 8 + Math.ceil(own.length / columns) * 72 - 22 + PAD;
    blocks.push({ w: group.w, h: group.h, put: (x, y) => {
      [group.x, group.y] = [x, y];
      for (const node of own) [node.x, node.y] = [node.x + x, node.y + y];
    } });
  }
  for (const node of nodes) if (node.group === null) blocks.push({ w: node.w, h: node.h, put: (x, y) => ([node.x, node.y] = [x, y]) });
  let [x, y, tallest] = [0, 0, 0];
  for (const block of blocks) {
    if (x > 0 && x + block.w > ROW) [x, y, tallest] = [0, y + tallest + 34, 0];
    block.put(x, y);
    x += block.w + GAP;
    tallest = Math.max(tallest, block.h);
  }
  const at = new Map(nodes.map((node) => [node.id, node]));
  for (const edge of edges) curve(edge, at.get(edge.from), at.get(edge.to));
}

/** Moves everything to where the drawing begins, and measures it. */
function fit(drawn: Drawn): Drawn {
  const all = [...drawn.nodes, ...drawn.groups];
  if (all.length === 0) return drawn;
  const left = Math.min(...all.map((it) => it.x)) - MARGIN;
  const top = Math.min(...all.map((it) => it.y)) - MARGIN;
  for (const it of all) [it.x, it.y] = [it.x - left, it.y - top];
  for (const edge of drawn.edges) edge.shift = [-left, -top];
  drawn.width = Math.max(...all.map((it) => it.x + it.w)) + MARGIN + 20;
  drawn.height = Math.max(...all.map((it) => it.y + it.h)) + MARGIN;
  return drawn;
}
