// What goes in and what comes out. Offsets and columns count UTF-16 units, as JavaScript strings do.

/** Loads the module: once and awaited in browsers and workers; elsewhere it is loaded already. */
export function init(source?: string | URL | Request | Response | BufferSource | WebAssembly.Module): Promise<void>;

/** What the API server would say of these objects, and what an expert reviewer would say. */
export function check(request: CheckRequest): Report;

/** An answer as text: code frames, one line a finding, or indented JSON. */
export function render(request: RenderRequest): Rendered;

/** What a lint means, by its name or code. */
export function explain(request: ExplainRequest): Explanation;

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

export interface RenderRequest {
  method: "check";
  request: CheckRequest;
  /** `full` unless given. */
  format?: "full" | "concise" | "json";
}

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
