// `opa run --server` with a bundle, asked over a socket file, because no port is certain to be free.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request as send } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A server that is up: `decide(path, input)` gives the decision at a path, `stop()` ends it. */
export async function serve(bundle, env = process.env) {
  const folder = mkdtempSync(join(tmpdir(), "opa-"));
  const socketPath = join(folder, "opa.sock");
  const options = ["--addr", `unix://${socketPath}`, "--log-level", "error", "--skip-version-check"];
  const server = spawn("opa", ["run", "--server", "--bundle", bundle, ...options], { env, stdio: "inherit" });
  const agent = new Agent({ keepAlive: true });
  const ask = (method, path, body) =>
    new Promise((resolve, reject) => {
      const sent = send({ socketPath, method, path, agent }, (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("end", () => resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() }));
        response.on("error", reject);
      });
      sent.on("error", reject);
      sent.end(body);
    });
  const stop = () => {
    agent.destroy();
    server.kill();
    rmSync(folder, { recursive: true });
  };
  const healthy = () => ask("GET", "/health").then(({ status }) => status === 200, () => false);
  while (!(await healthy())) {
    if (server.exitCode !== null) {
      stop();
      throw new Error(`opa run ended with ${server.exitCode}`);
    }
    await sleep(50);
  }
  const decide = async (path, input) => {
    const { status, text } = await ask("POST", `/v1/data/${path}`, JSON.stringify({ input }));
    if (status !== 200) throw new Error(`opa run answered ${status}: ${text}`);
    return JSON.parse(text).result;
  };
  return { decide, stop };
}
