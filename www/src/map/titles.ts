// Endpoints in words.

import type { Endpoint } from "../engine/shapes";

export interface Title {
  /** In bold. */
  title: string;
  /** Below it, smaller. */
  sub: string;
}

export function titleOf(it: Endpoint): Title {
  switch (it.kind) {
    case "workload": {
      const many = Array.isArray(it.pods) ? it.pods.length : it.pods;
      const pods = many === undefined ? "" : ` · ${many} ${many === 1 ? "pod" : "pods"}`;
      const hash = it.id.indexOf("#");
      return { title: (it.name ?? it.id) + (hash < 0 ? "" : it.id.slice(hash)), sub: `${it.workload ?? "workload"}${pods}` };
    }
    case "external":
      return { title: ranges(it.ranges ?? []), sub: "outside the cluster" };
    case "future":
      return future(it);
    case "cluster":
      return { title: "every pod", sub: "of the cluster, now or later" };
    case "anywhere":
      return { title: "anywhere", sub: "every pod and every address" };
    case "cluster-unprotected":
      return { title: "every open pod", sub: "that no policy closes on its own side" };
    case "anywhere-unprotected":
      return { title: "anywhere open", sub: "every address, and every open pod" };
    case "selected":
      return byLabel(it, "those that stand open");
    case "pods":
      return byLabel(it, "also later");
    case "block":
      return { title: ranges(it.ranges ?? []), sub: "every address there" };
    case "ingress-controller":
      return { title: "ingress controller", sub: "brings traffic from outside" };
    default:
      return { title: it.name ?? it.id, sub: it.kind };
  }
}

/** An id as a sentence has it: kinds that are told apart by their endings are not, there. */
export function called(id: string): string {
  return id.replace(/\[(?:pods|selected|block)\]$/, "");
}

/** Pods that a policy's peer selects, present and to come. */
function byLabel(it: Endpoint, which: string): Title {
  const { title, sub } = future({ ...it, id: it.id.replace(/\[[a-z]+\]$/, "") });
  return { title, sub: `${sub}, ${which}` };
}

function future(it: Endpoint): Title {
  const [, namespaces, pods] = /^(.*)\/\{([^/]*(?:\/[^{}]*)*)\}$/.exec(it.id) ?? [null, "", it.id];
  const title = pods === "" ? "any pod" : (pods ?? it.id);
  // Inside a namespace's box the box says where.
  if (it.namespace !== undefined) return { title, sub: pods === "" ? "of this namespace" : "pods with this label" };
  const where = (namespaces ?? "").replace(/^\{|\}$/g, "");
  return { title, sub: where === "" ? "in any namespace" : `in namespaces ${where}` };
}

const WHOLE: Record<string, string> = {
  "0.0.0.0-255.255.255.255": "any IPv4 address",
  "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff": "any IPv6 address",
};

/** Address ranges, as CIDRs where they are such. */
export function ranges(list: readonly string[]): string {
  if (list.length > 1 && list.some((it) => it.startsWith("0.0.0.0-") || it.endsWith("-255.255.255.255"))) return "other IPv4 addresses";
  if (list.length > 1 && list.some((it) => it.startsWith("::-"))) return "other IPv6 addresses";
  const first = list.map((it) => WHOLE[it] ?? cidr(it));
  return first.length <= 2 ? first.join(", ") : `${first[0]} and ${first.length - 1} more ranges`;
}

export function cidr(range: string): string {
  const [from, to] = range.split("-");
  const [a, b] = [v4(from), v4(to)];
  if (a === null || b === null) return from === to ? (from ?? range) : range;
  const size = b - a + 1;
  const bits = Math.log2(size);
  if (Number.isInteger(bits) && a % size === 0) return bits === 0 ? `${from}` : `${from}/${32 - bits}`;
  return `${from}–${to}`;
}

function v4(text: string | undefined): number | null {
  const parts = text?.split(".").map(Number) ?? [];
  if (parts.length !== 4 || parts.some((it) => !Number.isInteger(it) || it < 0 || it > 255)) return null;
  return parts.reduce((sum, it) => sum * 256 + it, 0);
}
