// The one worker: holds the WebAssembly module, answers one question at a time.

import { call, init } from "netpol/web";
import { picture } from "../map/picture";
import { beyond, MOST_PAIRS, table, tooMany } from "../map/table";
import type { Reach } from "./shapes";

export interface Question {
  id: number;
  method: string;
  request: unknown;
}

interface TableRequest {
  sources: readonly { text: string }[];
  options: Record<string, unknown>;
  only: string | null;
}

const ready = init();
ready.then(
  () => postMessage({ id: 0, answer: {} }),
  (fault: unknown) => postMessage({ id: 0, fault: String(fault) }),
);

addEventListener("message", async (event: MessageEvent<Question>) => {
  const { id, method, request } = event.data;
  try {
    await ready;
    postMessage({ id, answer: answer(method, request) });
  } catch (fault) {
    // A trap leaves the module's memory in doubt: the page starts a fresh worker.
    postMessage({ id, fault: String(fault) });
  }
});

function answer(method: string, request: unknown): unknown {
  // What the page draws is small; what it is drawn from may be large, and stays here.
  if (method === "picture") {
    const { open, future, ...rest } = request as { open: string[]; future: boolean };
    const reach = JSON.parse(call("map", JSON.stringify(rest))) as Reach | { error: unknown };
    return "error" in reach ? reach : picture(reach, new Set(open), future);
  }
  if (method === "table") {
    return tableOf(request as TableRequest);
  }
  if (method === "names") {
    const reach = JSON.parse(call("map", JSON.stringify(request))) as Partial<Reach>;
    return (reach.endpoints ?? []).filter((it) => it.kind === "workload").map((it) => it.id);
  }
  if (method === "call") {
    const { method: name, text } = request as { method: string; text: string };
    return { text: call(name, text) };
  }
  return JSON.parse(call(method, JSON.stringify(request)));
}

/** A text shorter than this holds no cluster whose pairs are too many. */
const LONG = 100_000;

function tableOf({ only, ...request }: TableRequest): unknown {
  const map = (options: Record<string, unknown>) =>
    JSON.parse(call("map", JSON.stringify({ ...request, options: { ...request.options, ...options } }))) as Reach | { error: unknown };
  if (request.sources.reduce((sum, it) => sum + it.text.length, 0) > LONG) {
    const compact = map({ expand: false });
    if ("error" in compact) return compact;
    const workloads = compact.endpoints.filter((it) => it.kind === "workload").length;
    if (workloads ** 2 > MOST_PAIRS) {
      if (only === null) return tooMany(compact);
      const own = map({ expand: true, focus: `ns/${only}` });
      if ("error" in own) return own;
      // An answer about some ends names only those that have a connection.
      const all = { ...own, endpoints: compact.endpoints };
      return { ...table(all, only), beyond: beyond(all, only) };
    }
  }
  const reach = map({ expand: true });
  return "error" in reach ? reach : table(reach, only);
}
