// The memory of `netpol.wasm` is the host's too: what it holds stays as it is, in whatever order it is
// taken and given back, and what it gives back is used again.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { creating, ordinary } from "./engines.js";

const module = readFileSync(new URL("../../dist/netpol.wasm", import.meta.url));
const { instance } = await WebAssembly.instantiate(module);
const { memory, netpol_alloc, netpol_call, netpol_free } = instance.exports;

function put(text) {
  const bytes = new TextEncoder().encode(text);
  const at = netpol_alloc(bytes.length);
  new Uint8Array(memory.buffer).set(bytes, at);
  return [at, bytes.length];
}

const read = (block) => new TextDecoder().decode(new Uint8Array(memory.buffer, ...block));
const free = (blocks) => blocks.forEach((block) => netpol_free(...block));

/** The block of an answer. */
function call(method, request) {
  const at = netpol_call(...method, ...request);
  const pair = new DataView(memory.buffer, at, 8);
  return [pair.getUint32(0, true), pair.getUint32(4, true)];
}

/** A review of a length of its own; every seventh is of some hundred kilobytes. */
function review(round) {
  const request = structuredClone(creating(ordinary));
  request.uid = `round ${round}`;
  request.object.metadata.annotations.long = "x".repeat(round % 7 === 0 ? 200_000 + 64 * round : (round * 37) % 3000);
  return JSON.stringify({ request });
}

test("an answer that is held over later calls stays as it is, and memory does not grow", () => {
  const method = put("admission");
  let [held, expected, size] = [[], [], 0];
  for (let round = 0; round < 1000; round += 1) {
    const request = put(review(round % 200));
    const answer = call(method, request);
    assert.deepEqual(held.map(read), expected);
    assert.equal(JSON.parse(read(answer)).response.uid, `round ${round % 200}`);
    // The oldest of three goes, before or after the request.
    const oldest = held.length === 3 ? [held.shift()] : [];
    free(round % 2 === 0 ? [request, ...oldest] : [...oldest, request]);
    held.push(answer);
    expected = held.map(read);
    if (round === 200) size = memory.buffer.byteLength;
  }
  assert.equal(memory.buffer.byteLength, size);
  assert.equal(read(method), "admission");
  free([...held, method]);
});

test("what is empty may lie anywhere", () => {
  const method = put("check");
  for (const address of [0, 1, 16]) {
    const answer = call(method, [address, 0]);
    assert.equal(JSON.parse(read(answer)).error.message, "the request is not JSON: unexpected EOF");
    free([answer]);
  }
  free([method]);
});

test("once the host holds nothing, the memory of one size serves for another", () => {
  const hold = (size) => {
    const blocks = [16, size].map((size) => [netpol_alloc(size), size]);
    assert.ok(blocks.every(([at]) => at !== 0));
    free(blocks);
  };
  const largest = 1 << 20;
  hold(largest);
  const before = memory.buffer.byteLength;
  for (let size = largest; size > 0; size -= 4096) hold(size);
  assert.equal(memory.buffer.byteLength, before);
});
