// What goes in and what comes out. Offsets and columns count UTF-16 units, as JavaScript strings do.

/** Loads the module: once and awaited in browsers and workers; elsewhere it is loaded already. */
export function init(source?: string | URL | Request | Response | BufferSource | WebAssembly.Module): Promise<void>;

/** What the API server would say of these objects, and what an expert reviewer would say. */
export function check(request: CheckRequest): Report;

/** What the policies together allow. */
export function map(request: CheckRequest): Reach;

/** Why a connection is allowed or denied. */
export function why(request: WhyRequest): Why;

/** The texts as they would be after every repair that is permitted. Writes nothing. */
export function fix(request: FixRequest): Fixed;

/** An AdmissionReview for a request of the API server, as the engine modules answer it. */
export function admission(request: AdmissionRequest): AdmissionReview;

/** An answer as text: code frames, one line a finding, or indented JSON. */
export function render(request: RenderRequest): Rendered;

/** What a lint means, by its name or code. */
export function explain(request: ExplainRequest): Explanation;

/** Help on the field or value at a place, for an editor. */
export function hover(request: PlaceRequest): Hover;

/** What may be written at a place, for an editor. */
export function complete(request: PlaceRequest): Completions;

/** Every policy in sentences. */
export function words(request: CheckRequest): Words;

/** Who answers. */
export function version(): Version;

/** What every host of netpol calls: JSON text in, JSON text out; offsets count UTF-8 bytes. */
export function call(method: string, request: string): string;

/** A request that netpol could not read. */
export class NetpolError extends Error {
  /** A stable word: `invalid-request`, `invalid-options`, `unknown-method`, `not-in-this-build`. */
  readonly code: string;
  /** The part of the request that it is about. */
  readonly at: string;
}

export interface CheckRequest {
  /** What is judged; all of it one cluster. */
  sources: Source[];
  /** Context only: read, not judged. */
  with?: Source[];
  options?: Options;
}

/** A manifest: text as a person wrote it, or an object that exists only in memory. */
export type Source = TextSource | ObjectSource;

export interface TextSource {
  /** Named in findings. */
  path?: string;
  /** YAML, of one or many documents, or JSON. */
  text: string;
  old?: string | object;
}

export interface ObjectSource {
  /** Named in findings. */
  path?: string;
  /** An object, or a List of objects. */
  object: unknown;
  /** Its earlier version, to judge an update. */
  old?: string | object;
}

export type Severity = "error" | "warning" | "info";

export interface Options {
  /** The API server's minor version, such as `1.36`; `any` judges by every supported one. */
  kubernetes?: string;
  /** The network plugin, for what plugins do differently. */
  cni?: "any" | "calico" | "cilium" | "ovn-kubernetes" | "antrea" | "aws-vpc-cni" | "gke-dataplane-v2";
  /** Assumptions, one by one; they win over `cni`. */
  assume?: Record<string, string>;
  /** The namespace of objects that name none. */
  namespace?: string;
  /** Packs of lints; later ones win. */
  packs?: string[];
  /** Severities by lint name. */
  lints?: Record<string, "off" | Severity>;
  /** What the input holds in full. */
  complete?: ("policies" | "workloads" | "namespaces" | "services")[];
  /** Address ranges of the cluster. */
  cluster?: { podCidrs?: string[]; serviceCidrs?: string[]; nodeCidrs?: string[] };
  /** Resolvers beside the known ones: `namespace/name` of pods, or addresses. */
  dns?: string[];
  /** Cloud metadata addresses, instead of the known ones. */
  metadata?: string[];
  /** Namespaces exempt from lints about coverage. */
  systemNamespaces?: string[];
  /** Today's date, `YYYY-MM-DD`, for what expires. */
  today?: string;
  /** Bounds on the input. */
  limits?: { bytes?: number; depth?: number; aliases?: number; documents?: number; fixes?: number };
  /** The unit of offsets and columns; here `utf-16` unless given. */
  positions?: "utf-8" | "utf-16";
  /** The one object judged, `Kind/namespace/name`. */
  focus?: string;
  /** Whether a map lists every pair. */
  expand?: boolean;
}

export interface Report {
  schemaVersion: 1;
  tool: Tool;
  summary: Summary;
  /** By path, object and place. */
  diagnostics: Finding[];
  /** Lints that could not be evaluated, and why. */
  notEvaluated: NotEvaluated[];
}

export interface Tool {
  name: string;
  version: string;
}

export interface Summary {
  errors: number;
  warnings: number;
  infos: number;
  /** Findings that a suppression or baseline took away. */
  suppressed: number;
  /** Objects read. */
  objects: number;
  /** Documents that hold nothing netpol reads. */
  skipped: number;
}

export interface Finding {
  /** The lint's name; `invalid` is what the API server rejects, `syntax` what cannot be read. */
  lint: string;
  code: string;
  severity: Severity;
  /** What is wrong. */
  message: string;
  /** What to do. */
  help?: string;
  path: string;
  /** Null for sources given as objects; `field` then locates. */
  span: Range | null;
  object?: ObjectRef;
  /** The field, as the API server prints it. */
  field?: string;
  /** Stable under reformatting: what baselines and comparisons keep. */
  fingerprint: string;
  /** The lines that cause it. */
  because: Because[];
  /** Ways to repair it; alternatives. */
  fixes: Fix[];
  /** The lint's page. */
  url: string;
}

/** From the first place to the one after the last. */
export interface Range {
  start: Point;
  end: Point;
}

/** Lines and columns start at 1. */
export interface Point {
  offset: number;
  line: number;
  column: number;
}

export interface ObjectRef {
  apiVersion: string;
  kind: string;
  /** Absent for kinds of the whole cluster. */
  namespace?: string;
  name: string;
}

export interface Because {
  path: string;
  span: Range | null;
  message: string;
}

export interface Fix {
  title: string;
  /** `safe` keeps the meaning, `unsafe` may change it, `display` is for reading. */
  applicability: "safe" | "unsafe" | "display";
  /** For sources of text: new text in place of old. */
  edits?: Edit[];
  /** For objects: JSON Patch. */
  patch?: object[];
}

export interface Edit {
  path: string;
  start: number;
  end: number;
  text: string;
}

export interface NotEvaluated {
  lint: string;
  reason: string;
}

/** A set of ports; ranges such as `8000-8080`. */
export type Ports = "all" | Partial<Record<"TCP" | "UDP" | "SCTP", string[]>>;

export interface Reach {
  schemaVersion: 1;
  /** The ends that rows name: all that were given, and what policies speak of. */
  endpoints: Endpoint[];
  /** What is certainly allowed. */
  connections: Connection[];
  /** In large maps, what each side of pairs that policies protect on both sides grants. Such a pair is open where one of its source's egress and one of its destination's ingress agree. */
  grants?: Grant[];
  /** Ends that no policy isolates. */
  unprotected: { ingress: string[]; egress: string[] };
  /** What cannot be decided. */
  unknown: Unknown[];
  notes: string[];
}

export interface Endpoint {
  /** Its shortest name in this answer. */
  id: string;
  kind:
    | "workload"
    | "external"
    | "future"
    | "node"
    | "cluster"
    | "cluster-unprotected"
    | "anywhere"
    | "anywhere-unprotected"
    | "selected"
    | "pods"
    | "block"
    | "ingress-controller";
  namespace?: string;
  name?: string;
  /** The kind of the object that makes the pods. */
  workload?: string;
  /** How many pods, where that is known. */
  pods?: number;
  /** The pods' names, where policies tell the pods of one workload apart. */
  names?: string[];
  /** Addresses, `first-last`. */
  ranges?: string[];
  /** The namespaces that pods still to come are in. */
  namespaceSelector?: unknown;
  /** The labels that pods still to come carry. */
  podSelector?: unknown;
}

export interface Connection {
  from: string;
  to: string;
  allowed: Ports;
}

export interface Grant {
  side: "ingress" | "egress";
  endpoints: string[];
  with: string[];
  /** Of these, only the pods that declare this port. */
  declares?: { name: string; protocol: string; port: number };
  allowed: Ports;
}

/** What the input, or the plugin, leaves open. */
export interface Unknown {
  cause: "missing-input" | "cni-differs" | "undefined";
  /** The options that would decide it. */
  settledBy: string[];
  side?: "ingress" | "egress";
  endpoints?: string[];
  /** In an expanded map. */
  from?: string;
  /** In an expanded map. */
  to?: string;
  ports: Ports;
  message?: string;
  because?: Because[];
}

export interface WhyRequest extends CheckRequest {
  /** A pod, workload, Service, namespace, address or CIDR: `shop/web`, `10.0.0.7`. */
  from: string;
  to: string;
  /** Every port unless given. */
  port?: number;
  protocol?: "TCP" | "UDP" | "SCTP";
}

export type Verdict = "allow" | "deny" | "unknown" | "mixed";

export interface Why {
  schemaVersion: 1;
  verdict: Verdict;
  /** One for each pair of ends that the question names. */
  answers: Answer[];
}

export interface Answer {
  from: string;
  to: string;
  /** The Service dialled. */
  via?: { service: string; port?: string };
  verdict: Verdict;
  allowed: Ports;
  denied: Ports;
  unknown: { ports: Ports; cause: Unknown["cause"]; settledBy: string[]; message: string; because: Because[] }[];
  /** The source's side first. */
  reasons: Reason[];
}

export interface Reason {
  side: "ingress" | "egress";
  /** The kind of policy that speaks; null where none does. */
  tier: string | null;
  policy: string | null;
  field: string | null;
  effect: "isolates" | "allows" | "denies" | "default";
  path: string | null;
  span: Range | null;
  message: string;
}

export interface FixRequest extends CheckRequest {
  /** Whether repairs that may change what is allowed are permitted, too. */
  unsafe?: boolean;
}

export interface Fixed {
  schemaVersion: 1;
  /** The sources that change, each with its whole new text. */
  files: { path: string; text: string }[];
  applied: { path: string; lint: string; code: string; fingerprint: string; title: string; applicability: "safe" | "unsafe" }[];
  /** Sources that must not be edited, and why. */
  refused: { path: string; reason: string }[];
  /** Whether nothing is left to repair. */
  settled: boolean;
  /** What `check` says of the result. */
  report: Report;
}

export interface AdmissionRequest {
  /** What the API server sends: `{uid, operation, namespace, object, oldObject, …}`. */
  request: object;
  /** Those of the engine modules. */
  settings?: object;
}

export interface AdmissionReview {
  apiVersion: "admission.k8s.io/v1";
  kind: "AdmissionReview";
  response: {
    uid: string;
    allowed: boolean;
    status?: { code?: number; message?: string };
    warnings?: string[];
    auditAnnotations?: Record<string, string>;
  };
}

export interface PlaceRequest extends CheckRequest {
  /** The source. */
  path?: string;
  /** Where in its text. */
  offset?: number;
}

export interface Hover {
  schemaVersion: 1;
  /** Null where nothing is known. */
  hover: {
    span: Range | null;
    /** The field's path. */
    path: string;
    type: string;
    doc: string;
    /** The values it takes, where it takes only some. */
    values: string[];
    /** What it means as written here. */
    meaning: string | null;
  } | null;
}

export interface Completions {
  schemaVersion: 1;
  /** What an item replaces. */
  start: number;
  end: number;
  items: { label: string; insert: string; kind: "property" | "enum" | "label" | "namespace" | "port"; detail: string; doc: string }[];
}

export interface Words {
  schemaVersion: 1;
  policies: { object: ObjectRef; path: string; span: Range | null; sentences: Sentence[] }[];
}

export interface Sentence {
  /** Names from the manifest stand in backticks. */
  text: string;
  /** The field it tells. */
  field: string;
  path: string;
  span: Range | null;
}

export type RenderRequest = {
  /** `full` unless given. */
  format?: "full" | "concise" | "json";
} & ({ method: "check" | "map"; request: CheckRequest } | { method: "why"; request: WhyRequest });

export interface Rendered {
  schemaVersion: 1;
  text: string;
}

export interface ExplainRequest {
  lint: string;
}

export interface Explanation {
  schemaVersion: 1;
  lint: string;
  code: string;
  severity: Severity;
  /** Its page, in Markdown. */
  text: string;
}

export interface Version {
  schemaVersion: 1;
  tool: Tool;
}
