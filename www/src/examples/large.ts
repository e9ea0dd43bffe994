// A large cluster, made up: 30 namespaces of 10 workloads and 5 policies each. The same every time.

import type { File } from "../state/files";

const NAMESPACES = 30;
const ROLES = ["web", "api", "auth", "search", "mail", "jobs", "cache", "store", "files", "metrics"] as const;
const PORTS = [8080, 8081, 8443, 9200, 2525, 8090, 6379, 5432, 9000, 9100] as const;

export function large(): File[] {
  const policies: string[] = [];
  const workloads: string[] = [];
  for (let n = 0; n < NAMESPACES; n++) {
    const namespace = `team-${String(n + 1).padStart(2, "0")}`;
    const neighbour = `team-${String(((n + 1) % NAMESPACES) + 1).padStart(2, "0")}`;
    workloads.push(`apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${namespace}\n  labels:\n    floor: "${n % 5}"\n`);
    ROLES.forEach((role, at) => workloads.push(workload(namespace, role, PORTS[at] ?? 80)));
    policies.push(
      policy(namespace, "default-deny", "{}", "[Ingress, Egress]", ""),
      policy(namespace, "allow-dns", "{}", "[Egress]", `  egress:
  - to:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
      podSelector: {matchLabels: {k8s-app: kube-dns}}
    ports:
    - {protocol: UDP, port: 53}
    - {protocol: TCP, port: 53}
`),
      policy(namespace, "web-to-services", "{matchLabels: {app: web}}", "[Egress]", `  egress:
  - to:
    - podSelector: {matchExpressions: [{key: app, operator: In, values: [api, auth, search]}]}
    ports:
    - {protocol: TCP, port: 8081}
    - {protocol: TCP, port: 8443}
    - {protocol: TCP, port: 9200}
`),
      policy(namespace, "services-from-web", "{matchExpressions: [{key: app, operator: In, values: [api, auth, search]}]}", "[Ingress]", `  ingress:
  - from:
    - podSelector: {matchLabels: {app: web}}
  - from:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ${neighbour}}}
      podSelector: {matchLabels: {app: jobs}}
    ports:
    - {protocol: TCP, port: 8081}
`),
      policy(namespace, "jobs-out", "{matchLabels: {app: jobs}}", "[Egress]", `  egress:
  - to:
    - namespaceSelector: {matchLabels: {floor: "${(n + 4) % 5}"}}
      podSelector: {matchLabels: {app: api}}
    ports:
    - {protocol: TCP, port: 8081}
`),
    );
  }
  return [
    { name: "policies.yaml", text: policies.join("---\n") },
    { name: "workloads.yaml", text: workloads.join("---\n") },
  ];
}

function policy(namespace: string, name: string, selector: string, types: string, rules: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  podSelector: ${selector}
  policyTypes: ${types}
${rules}`;
}

function workload(namespace: string, role: string, port: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${role}, namespace: ${namespace}}
spec:
  selector: {matchLabels: {app: ${role}}}
  template:
    metadata: {labels: {app: ${role}}}
    spec:
      containers:
      - {name: ${role}, image: registry.example/${role}, ports: [{containerPort: ${port}}]}
`;
}
