// The npm package @wapc/host with netpol.kubewarden.wasm.

import { readFileSync } from "node:fs";
import wapc from "@wapc/host";
import { answerAll } from "./hosts.js";

const host = await wapc.instantiate(readFileSync(process.argv[2]));
const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];
await answerAll(async (method, request) => {
  const payload = encoder.encode(JSON.stringify({ method, request }));
  return JSON.parse(decoder.decode(await host.invoke("netpol/call", payload)));
});
