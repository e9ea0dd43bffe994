// What a person may choose, in the words of the engine's own options.

import { signal } from "@preact/signals";

export interface Options {
  kubernetes?: string;
  cni?: string;
  assume?: Record<string, string>;
  namespace?: string;
  packs?: string[];
  complete?: string[];
  cluster?: { podCidrs?: string[]; serviceCidrs?: string[]; nodeCidrs?: string[] };
}

export const options = signal<Options>({});

export const VERSIONS = ["any", "1.33", "1.34", "1.35", "1.36", "1.37"] as const;

/** The sets of lints to choose from; the first is in force where none is chosen. */
export const PACKS = ["recommended", "strict"] as const;

export const PLUGINS: readonly [string, string][] = [
  ["any", "I don't know"],
  ["calico", "Calico"],
  ["cilium", "Cilium"],
  ["ovn-kubernetes", "OVN-Kubernetes"],
  ["antrea", "Antrea"],
  ["aws-vpc-cni", "AWS VPC CNI"],
  ["gke-dataplane-v2", "GKE Dataplane V2"],
];

export interface Assumption {
  readonly name: string;
  readonly question: string;
  readonly values: readonly string[];
}

export const ASSUMPTIONS: readonly Assumption[] = [
  { name: "ip-block-pods", question: "Does an ipBlock match the addresses of pods?", values: ["match", "never"] },
  { name: "host-network-pods", question: "Do selectors reach pods on the host's network?", values: ["excluded", "included"] },
  { name: "inert-rules", question: "Do rules count that policyTypes leaves out?", values: ["ignored", "enforced"] },
  { name: "cluster-ip-blocks", question: "Does an ipBlock match the address of a Service?", values: ["never", "match"] },
  { name: "undeclared-namespace-labels", question: "Has a namespace that is not supplied labels of its own?", values: ["none"] },
  { name: "equal-priority", question: "Which of two cluster policies of one priority goes first?", values: ["name-order"] },
  { name: "node-addresses", question: "Does an ipBlock match the addresses of nodes?", values: ["match", "never"] },
  { name: "loopback-through-service", question: "May a pod reach itself through a Service?", values: ["allow", "enforce"] },
  { name: "external-source", question: "Whose address does outside traffic show?", values: ["client", "node", "load-balancer"] },
];

export const PARTS = ["policies", "workloads", "namespaces", "services"] as const;

/** The options without what is left at its usual value, so that links stay short. */
export function trimmed(it: Options): Options {
  const out: Options = {};
  if (it.kubernetes && it.kubernetes !== "any") out.kubernetes = it.kubernetes;
  if (it.cni && it.cni !== "any") out.cni = it.cni;
  if (it.assume && Object.keys(it.assume).length > 0) out.assume = it.assume;
  if (it.namespace && it.namespace !== "default") out.namespace = it.namespace;
  if (it.packs && it.packs.length > 0 && it.packs.join() !== PACKS[0]) out.packs = it.packs;
  if (it.complete && it.complete.length > 0) out.complete = it.complete;
  const cluster = Object.entries(it.cluster ?? {}).filter(([, list]) => list !== undefined && list.length > 0);
  if (cluster.length > 0) out.cluster = Object.fromEntries(cluster);
  return out;
}

export function change(part: Partial<Options>): void {
  options.value = trimmed({ ...options.value, ...part });
}

export function assume(name: string, value: string | null): void {
  const { [name]: _, ...rest } = options.value.assume ?? {};
  change({ assume: value === null ? rest : { ...rest, [name]: value } });
}
