// What the JavaScript hosts of the parity run share: requests in, answers out.

import { readFileSync, writeFileSync } from "node:fs";

/** The last two arguments name the file of requests and the file of answers. */
export async function answerAll(call) {
  const [requests, answers] = process.argv.slice(-2);
  const written = [];
  for (const line of readFileSync(requests, "utf8").split("\n")) {
    if (!line) continue;
    const { method, request } = JSON.parse(line);
    const answer = await call(method, request);
    written.push(`${Buffer.byteLength(answer)}\n${answer}\n`);
  }
  writeFileSync(answers, written.join(""));
}
