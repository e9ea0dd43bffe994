// The engine modules under load and under attack. What is decided is tested in tests/admission.rs;
// here is that each module, in a real host, decides at all, again and again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { contradiction, creating, engines, ordinary } from "./engines.js";

for (const { name, memory, review } of await engines()) {
  test(`${name}: denies what contradicts itself, allows the ordinary`, async () => {
    assert.equal(await review(creating(contradiction), {}), false);
    assert.equal(await review(creating(ordinary), {}), true);
  });

  test(`${name}: 10,000 evaluations leave the memory where it was`, async () => {
    const requests = [creating(ordinary), creating(contradiction)];
    for (const request of requests) await review(request, {});
    const before = memory.buffer.byteLength;
    for (let round = 0; round < 10000; round += 1) await review(requests[round % 2], {});
    assert.equal(memory.buffer.byteLength, before);
  });

  test(`${name}: any input gets a verdict`, async () => {
    const large = structuredClone(ordinary);
    large.metadata.annotations.large = "x".repeat(10_000_000);
    const wide = structuredClone(ordinary);
    wide.spec.ingress[0].from = Array.from({ length: 50_000 }, (_, n) => ({ ipBlock: { cidr: `10.${n >> 8 & 255}.${n & 255}.0/24` } }));
    let deep = {};
    for (let level = 0; level < 1000; level += 1) deep = [deep];
    const inputs = [large, wide, { ...ordinary, spec: deep }, { ...ordinary, spec: "\u0000\u007f\ud800" }, [], 7, "x", null, {}];
    for (const object of inputs) {
      const request = { ...creating(ordinary), object };
      assert.equal(typeof (await review(request, {})), "boolean");
      assert.equal(typeof (await review(object, {})), "boolean");
      if (object !== large && object !== wide) assert.equal(typeof (await review(creating(ordinary), object)), "boolean");
    }
    assert.equal(await review(creating(ordinary), {}), true, "and is as good as before");
  });
}
