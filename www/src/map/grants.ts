// What one side grants, where a map is too large to tell every pair: a pair is open where a grant of
// its source's egress and one of its destination's ingress agree. Drawn as arrows of their own kind.

import type { Grant } from "../engine/shapes";
import type { Edge, Node } from "./picture";
import { told } from "./ports";
import { called } from "./titles";

export interface GrantRow {
  side: "ingress" | "egress";
  whose: string;
  with: string;
  ports: string;
}

/** More arrows than these are a hatching, not a drawing. */
const MOST_ARROWS = 20_000;
/** So many port sets are told of one arrow. */
const MOST_PORTS = 3;

interface Between {
  from: string;
  to: string;
  ports: Record<"ingress" | "egress", Set<string>>;
}

/** The arrows of certain connections, then those of grants; what both have in common is one arrow. */
export function grantEdges(grants: readonly Grant[], shownAs: ReadonlyMap<string, string>, nodes: ReadonlyMap<string, Node>, certain: readonly Edge[]): { edges: Edge[]; cut: boolean } {
  const found = new Map<string, Between>();
  let cut = false;
  for (const grant of grants) {
    const [own, others] = [shown(grant.endpoints, shownAs), shown(grant.with, shownAs)];
    for (const a of own) {
      for (const b of others) {
        // What a collapsed namespace does inside itself is seen when it is opened.
        if (a === b) continue;
        const [from, to] = grant.side === "egress" ? [a, b] : [b, a];
        const key = `${from}\n${to}`;
        let between = found.get(key);
        if (!between) {
          if (found.size === MOST_ARROWS) {
            cut = true;
            continue;
          }
          between = { from, to, ports: { ingress: new Set(), egress: new Set() } };
          found.set(key, between);
        }
        between.ports[grant.side].add(portsOf(grant));
      }
    }
  }
  const edges = certain.map((edge) => ({ ...edge }));
  for (const edge of edges) {
    const key = `${edge.from}\n${edge.to}`;
    const between = found.get(key);
    if (between) edge.granted = sentences(between);
    found.delete(key);
  }
  for (const it of found.values()) {
    const canAsk = [it.from, it.to].every((id) => nodes.get(id)?.kind === "workload");
    edges.push({ from: it.from, to: it.to, label: "", told: "", count: 0, canAsk, granted: sentences(it), path: "", midX: 0, midY: 0, shift: [0, 0] });
  }
  return { edges, cut };
}

function shown(ids: readonly string[], shownAs: ReadonlyMap<string, string>): Set<string> {
  return new Set(ids.flatMap((id) => shownAs.get(id) ?? []));
}

function sentences({ from, to, ports }: Between): string[] {
  const list = (all: ReadonlySet<string>) => {
    const some = [...all].slice(0, MOST_PORTS).join("; ");
    return all.size > MOST_PORTS ? `${some}; and more` : some;
  };
  const out: string[] = [];
  if (ports.egress.size > 0) out.push(`egress of ${called(from)} grants ${list(ports.egress)}`);
  if (ports.ingress.size > 0) out.push(`ingress of ${called(to)} grants ${list(ports.ingress)}`);
  return out;
}

function portsOf(grant: Grant): string {
  const { declares, allowed } = grant;
  return declares ? `${told(allowed)} of those that call it ${declares.name}` : told(allowed);
}

export function grantRow(grant: Grant): GrantRow {
  return { side: grant.side, whose: few(grant.endpoints), with: few(grant.with), ports: portsOf(grant) };
}

function few(ids: readonly string[]): string {
  const names = ids.slice(0, 6).map(called);
  return ids.length <= 6 ? names.join(", ") : `${names.slice(0, 5).join(", ")} and ${ids.length - 5} more`;
}
