// The lines of arrows.

import type { Edge, Node } from "./picture";

interface Point {
  x: number;
  y: number;
}

const round = (value: number) => Math.round(value * 10) / 10;
const at = (point: Point) => `${round(point.x)} ${round(point.y)}`;

/** A smooth line through the points of a layout; it ends a little early, for the arrow's head. */
export function spline(edge: Edge, points: readonly Point[]): void {
  const [first, ...rest] = points;
  const last = rest.pop();
  if (!first || !last) return;
  const before = rest.at(-1) ?? first;
  const far = Math.hypot(last.x - before.x, last.y - before.y) || 1;
  const tip = { x: last.x - ((last.x - before.x) / far) * 7, y: last.y - ((last.y - before.y) / far) * 7 };
  let path = `M${at(first)}`;
  rest.forEach((point, index) => {
    const next = rest[index + 1];
    const end = next ? { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 } : tip;
    path += `Q${at(point)} ${at(end)}`;
  });
  if (rest.length === 0) path += `L${at(tip)}`;
  edge.path = path;
  const middle = points[Math.floor(points.length / 2)] ?? first;
  [edge.midX, edge.midY] = [round(middle.x), round(middle.y)];
}

/** One bow from one node to another, whatever stands between them. */
export function curve(edge: Edge, from: Node | undefined, to: Node | undefined): void {
  if (!from || !to) return;
  const same = from === to;
  const right = !same && to.x >= from.x + from.w;
  const left = !same && to.x + to.w <= from.x;
  const start = { x: left ? from.x : from.x + from.w, y: from.y + from.h / 2 - (same ? 10 : 0) };
  const end = { x: right ? to.x - 7 : to.x + to.w + 7, y: to.y + to.h / 2 + (same ? 10 : 0) };
  const reach = right || left ? Math.max(36, Math.abs(end.x - start.x) * 0.45) : 46 + Math.min(70, Math.abs(end.y - start.y) / 5);
  const c1 = left ? start.x - reach : start.x + reach;
  const c2 = right ? end.x - reach : end.x + reach;
  edge.path = `M${at(start)}C${round(c1)} ${round(start.y)} ${round(c2)} ${round(end.y)} ${at(end)}`;
  edge.midX = round((start.x + 3 * c1 + 3 * c2 + end.x) / 8);
  edge.midY = round((start.y + end.y) / 2);
}
