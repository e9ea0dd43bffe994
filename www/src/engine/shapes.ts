// The answers of the engine are those of the npm package; here they have the names that the page
// gives them.

export type {
  Answer, Because, Completions, Connection, Edit, Endpoint, Finding, Fix, Grant, Hover, ObjectRef, Point, Ports,
  Reach, Reason, Report, Sentence, Severity, Unknown, Why, Words,
} from "../../../pkg/index.js";
export type { Range as Span } from "../../../pkg/index.js";

import type { Range, Words } from "../../../pkg/index.js";

export interface Source {
  path: string;
  text: string;
}

export interface Place {
  path: string;
  span: Range | null;
}

export type PolicyWords = Words["policies"][number];

export interface EngineError {
  code: string;
  message: string;
  at: string | null;
}
