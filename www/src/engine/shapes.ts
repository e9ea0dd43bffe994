// The answers of the engine, as it documents them (schemaVersion 1).

export interface Source {
  path: string;
  text: string;
}

export interface Point {
  offset: number;
  line: number;
  column: number;
}

export interface Span {
  start: Point;
  end: Point;
}

export type Severity = "error" | "warning" | "info";

export interface Place {
  path: string;
  span: Span | null;
}

export interface Because extends Place {
  message: string;
}

export interface Edit {
  path: string;
  start: number;
  end: number;
  text: string;
}

export interface Fix {
  title: string;
  applicability: "safe" | "unsafe" | "display";
  edits?: Edit[];
}

export interface ObjectRef {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
}

export interface Finding extends Place {
  lint: string;
  code: string;
  severity: Severity;
  message: string;
  help?: string;
  object?: ObjectRef;
  field?: string;
  fingerprint: string;
  because: Because[];
  fixes: Fix[];
  url: string;
}

export interface Report {
  schemaVersion: number;
  tool: { name: string; version: string };
  summary: { errors: number; warnings: number; infos: number; suppressed: number; objects: number; skipped: number };
  diagnostics: Finding[];
  notEvaluated: { lint: string; reason: string }[];
}

export type Ports = "all" | Partial<Record<"TCP" | "UDP" | "SCTP", string[]>>;

export interface Endpoint {
  id: string;
  kind: string;
  namespace?: string;
  name?: string;
  workload?: string;
  pods?: number | string[];
  ranges?: string[];
  namespaceSelector?: unknown;
  podSelector?: unknown;
}

export interface Connection {
  from: string;
  to: string;
  allowed: Ports;
}

export interface Unknown {
  cause: string;
  settledBy?: string[];
  side?: "ingress" | "egress";
  endpoints?: string[];
  from?: string;
  to?: string;
  ports: Ports;
  message?: string;
  because?: Because[];
}

/** What one side of protected pairs grants; in maps too large to list them. */
export interface Grant {
  side: string;
  endpoints: string[];
  with: string[];
  declares?: { name: string; protocol: string; port: number };
  allowed: Ports;
}

export interface Reach {
  schemaVersion: number;
  endpoints: Endpoint[];
  connections: Connection[];
  grants?: Grant[];
  unprotected: { ingress: string[]; egress: string[] };
  unknown: Unknown[];
  notes?: string[];
}

export interface Reason {
  path: string | null;
  span: Span | null;
  side: "ingress" | "egress";
  tier: string | null;
  policy?: string | null;
  field?: string | null;
  effect: "isolates" | "allows" | "denies" | "passes" | "default" | string;
  message: string;
}

export interface Answer {
  from: string;
  to: string;
  allowed: Ports;
  denied: Ports;
  via?: { service: string; port?: string };
  unknown: { ports: Ports; cause: string; settledBy?: string[]; message?: string; because?: Because[] }[];
  reasons: Reason[];
}

export interface Why {
  schemaVersion: number;
  verdict: "allow" | "deny" | "unknown" | "mixed";
  answers: Answer[];
}

export interface Sentence extends Place {
  text: string;
}

export interface PolicyWords extends Place {
  object: ObjectRef;
  sentences: Sentence[];
}

export interface Words {
  schemaVersion: number;
  policies: PolicyWords[];
}

export interface Hover {
  schemaVersion: number;
  hover: { span: Span; path: string; type: string; doc: string; values: string[]; meaning: string | null } | null;
}

export interface Completions {
  schemaVersion: number;
  start: number;
  end: number;
  items: { label: string; insert: string; kind: string; detail: string; doc: string }[];
}

export interface EngineError {
  code: string;
  message: string;
  at: string | null;
}
