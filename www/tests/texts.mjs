// Texts that several of the tests open.

export const CLUSTER = `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata:
  name: guard
spec:
  tier: Admin
  priority: 10
  subject:
    namespaces: {}
  egress:
  - name: no-metadata
    action: Deny
    to:
    - networks: [169.254.169.254/32]
`;

/** A cluster whose policies tell each of its workloads apart, and that lets all of them reach all. */
export function crowd(namespaces) {
  const out = [];
  const head = (kind, name, namespace) => `kind: ${kind}\nmetadata: {name: ${name}, namespace: ${namespace}}\n`;
  const peers = `[{namespaceSelector: {matchLabels: {crowd: "yes"}}}]`;
  for (let n = 0; n < namespaces; n++) {
    const home = `crew-${n}`;
    out.push(`apiVersion: v1\nkind: Namespace\nmetadata: {name: ${home}, labels: {crowd: "yes"}}\n`);
    for (let k = 0; k < 10; k++) {
      const labels = `{app: w${n}-${k}}`;
      out.push(`apiVersion: apps/v1\n${head("Deployment", `w${k}`, home)}spec: {selector: {matchLabels: ${labels}}, template: {metadata: {labels: ${labels}}, spec: {containers: [{name: c, image: i}]}}}\n`);
      out.push(`apiVersion: networking.k8s.io/v1\n${head("NetworkPolicy", `w${k}`, home)}spec:\n  podSelector: {matchLabels: ${labels}}\n  policyTypes: [Ingress, Egress]\n  ingress: [{from: ${peers}, ports: [{port: 8080}]}]\n  egress: [{to: ${peers}, ports: [{port: 8080}, {port: 9090}]}]\n`);
    }
  }
  return out.join("---\n");
}
