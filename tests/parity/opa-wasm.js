// The npm package @open-policy-agent/opa-wasm with netpol.opa.wasm.

import { readFileSync } from "node:fs";
import opa from "@open-policy-agent/opa-wasm";
import { answerAll } from "./hosts.js";

const policy = await opa.loadPolicy(readFileSync(process.argv[2]));
await answerAll((method, request) => policy.evaluate({ method, request }, "netpol/call")[0].result);
