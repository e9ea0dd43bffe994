// The three engine modules, each in one instance, behind one function: an admission request and
// settings in, whether it is allowed out.

import { readFileSync } from "node:fs";
import opa from "@open-policy-agent/opa-wasm";
import wapc from "@wapc/host";

const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];
const module = (name) => readFileSync(new URL(`../../dist/${name}`, import.meta.url));

async function plain() {
  const { instance } = await WebAssembly.instantiate(module("netpol.wasm"));
  const { memory, netpol_alloc, netpol_call, netpol_free } = instance.exports;
  const put = (text) => {
    const bytes = encoder.encode(text);
    const at = netpol_alloc(bytes.length);
    new Uint8Array(memory.buffer).set(bytes, at);
    return [at, bytes.length];
  };
  const answer = (review) => {
    const [method, payload] = [put("admission"), put(JSON.stringify(review))];
    const at = netpol_call(...method, ...payload);
    const pair = new DataView(memory.buffer, at, 8);
    const answer = [pair.getUint32(0, true), pair.getUint32(4, true)];
    const text = decoder.decode(new Uint8Array(memory.buffer, ...answer));
    for (const taken of [method, payload, answer]) netpol_free(...taken);
    return JSON.parse(text);
  };
  return {
    name: "netpol.wasm in Node",
    page: "docs/engines/wasm.md",
    memory,
    answer,
    review: (request, settings) => answer({ request, settings }).response.allowed,
  };
}

async function inOpa() {
  const policy = await opa.loadPolicy(module("netpol.opa.wasm"));
  let set = null;
  return {
    name: "netpol.opa.wasm in @open-policy-agent/opa-wasm",
    memory: policy.mem,
    review(request, settings) {
      if (settings !== set) policy.setData({ netpol: { options: settings } });
      set = settings;
      return policy.evaluate({ request }, "netpol/admission")[0].result.response.allowed;
    },
  };
}

async function inKubewarden() {
  const host = await wapc.instantiate(module("netpol.kubewarden.wasm"));
  const answer = async (review) =>
    JSON.parse(decoder.decode(await host.invoke("validate", encoder.encode(JSON.stringify(review)))));
  return {
    name: "netpol.kubewarden.wasm in @wapc/host",
    page: "docs/engines/kubewarden.md",
    memory: host.instance.exports.memory,
    answer,
    review: async (request, settings) => (await answer({ request, settings })).accepted,
  };
}

export const engines = () => Promise.all([plain(), inOpa(), inKubewarden()]);

/** Says that it restricts, and lets every pod reach the cloud's metadata service. */
export const contradiction = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "restrict-metadata-service", namespace: "app" },
  spec: { podSelector: {}, policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: { cidr: "169.254.169.254/32" } }] }] },
};

/** About a kilobyte of an ordinary policy. */
export const ordinary = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: {
    name: "orders",
    namespace: "shop",
    uid: "0f7ad2f4-8b5e-4f3a-9c2e-0d4b7f0f9a11",
    creationTimestamp: "2026-01-01T00:00:00Z",
    labels: { "app.kubernetes.io/name": "orders", "app.kubernetes.io/part-of": "shop", "app.kubernetes.io/managed-by": "helm" },
    annotations: { "example.com/owner": "team-orders", "example.com/reviewed": "2026-01-01" },
  },
  spec: {
    podSelector: { matchLabels: { "app.kubernetes.io/name": "orders" } },
    policyTypes: ["Ingress", "Egress"],
    ingress: [
      {
        from: [{ podSelector: { matchLabels: { "app.kubernetes.io/name": "web" } } }, { podSelector: { matchLabels: { "app.kubernetes.io/name": "api" } } }],
        ports: [{ protocol: "TCP", port: 8080 }],
      },
    ],
    egress: [
      { to: [{ podSelector: { matchLabels: { "app.kubernetes.io/name": "db" } } }], ports: [{ protocol: "TCP", port: 5432 }] },
      {
        to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } }, podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }],
        ports: [{ protocol: "UDP", port: 53 }, { protocol: "TCP", port: 53 }],
      },
    ],
  },
};

export const creating = (object) => ({
  uid: "4d1f0c1e-7b1b-4a5e-8d43-6f2f3b1f5c77",
  operation: "CREATE",
  namespace: object.metadata.namespace,
  object,
  oldObject: null,
});
