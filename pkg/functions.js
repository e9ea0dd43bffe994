// The functions of the package: plain data in, plain data out, over the one `call` of the module.

import { call } from "./dist/netpol.js";

/** A request that netpol could not read; `code` names the fault, `at` its place in the request. */
export class NetpolError extends Error {
  constructor({ code, message, at }) {
    super(message);
    this.name = "NetpolError";
    this.code = code;
    this.at = at;
  }
}

function ask(method, request) {
  const answer = JSON.parse(call(method, JSON.stringify(request ?? {})));
  if (answer.error) throw new NetpolError(answer.error);
  return answer;
}

// JavaScript counts text in UTF-16 units, and so do the spans of an answer to JavaScript.
function inUtf16(request) {
  return { ...request, options: { positions: "utf-16", ...request?.options } };
}

export function check(request) {
  return ask("check", inUtf16(request));
}

export function map(request) {
  return ask("map", inUtf16(request));
}

export function why(request) {
  return ask("why", inUtf16(request));
}

export function fix(request) {
  return ask("fix", inUtf16(request));
}

export function admission(request) {
  return ask("admission", request);
}

export function render(request) {
  return ask("render", request);
}

export function explain(request) {
  return ask("explain", request);
}

export function hover(request) {
  return ask("hover", inUtf16(request));
}

export function complete(request) {
  return ask("complete", inUtf16(request));
}

export function words(request) {
  return ask("words", inUtf16(request));
}

export function version() {
  return ask("version");
}

export { call };
