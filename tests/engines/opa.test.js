// The real OPA, with the bundle, between the API server and the guide's policy.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { contradiction, creating, ordinary } from "./engines.js";
import { missing, root, run } from "./tools.js";

function admission(object, ...options) {
  const review = { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request: creating(object) };
  const bundle = join(root, "dist/netpol.bundle.tar.gz");
  const args = ["eval", "--bundle", bundle, "--stdin-input", ...options, "data.netpol.admission"];
  const { status, stdout, stderr } = run("opa", args, { input: JSON.stringify(review) });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout).result[0].expressions[0].value;
}

test("opa rejects the guide's restrict-metadata-service", { skip: missing("opa") }, () => {
  const { apiVersion, kind, response } = admission(contradiction);
  assert.deepEqual([apiVersion, kind], ["admission.k8s.io/v1", "AdmissionReview"]);
  assert.deepEqual([response.uid, response.allowed, response.status.code], [creating(contradiction).uid, false, 403]);
  assert.match(response.status.message, /^NP304 effect-contradicts-name at spec\.egress\[0\]/);
});

test("opa lets an ordinary policy pass", { skip: missing("opa") }, () => {
  assert.equal(admission(ordinary).response.allowed, true);
});

test("opa hands over the options in its data", { skip: missing("opa") }, () => {
  const options = join(root, "policies/engines/opa/options.json");
  const { response } = admission(contradiction, "--data", options);
  assert.equal(response.allowed, true, "the example's options only warn in this namespace");
  assert.match(response.warnings[0], /\(ask #network\)$/);
});
