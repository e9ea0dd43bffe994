// What a person sees first: three ways in, each one step long.

import { signal } from "@preact/signals";
import { Catalogue } from "./bar/examples";
import { copy } from "./bar/share";
import { Icon } from "./icons";
import { add, files } from "./state/files";
import { question } from "./state/question";
import { PANES, pane, tell } from "./state/view";
import { takeFiles } from "./drop";

export const COMMAND = "kubectl get networkpolicies,pods,namespaces -A -o yaml";

const from = signal("");
const to = signal("");
const port = signal("");

export function Start() {
  const paste = async () => {
    try {
      add("policies.yaml", await navigator.clipboard.readText());
    } catch {
      // Not allowed to read it: an empty file with the cursor in it is as good.
      add("policies.yaml", "");
    }
  };
  const ask = (event: Event) => {
    event.preventDefault();
    question.value = { from: from.value.trim(), to: to.value.trim(), port: port.value.trim(), protocol: "TCP" };
    pane.value = "why";
    if (files.value.length === 0) add("cluster.yaml", "");
    tell("Now paste or drop the policies and pods, and the answer appears.");
  };
  return (
    <main class="start">
      <div class="start-head">
        <h2>What do these network policies do?</h2>
        <p>Paste them and see who can talk to whom, which line decides it, and what to repair. Everything stays in this page.</p>
      </div>
      <div class="ways">
        <section class="way">
          <h3><Icon name="paste" />I have a policy</h3>
          <p>Paste it anywhere on this page, drop files on it, or begin with an empty one.</p>
          <div class="way-actions">
            <button class="main" onClick={() => void paste()}>Paste a policy</button>
            <label class="button">Open files<input type="file" multiple accept=".yaml,.yml,.json,text/*" class="visually-hidden"
              onChange={(event) => void takeFiles(event.currentTarget.files)} /></label>
          </div>
          <p class="quietly">A whole cluster fits too:</p>
          <div class="command">
            <code>{COMMAND}</code>
            <button class="quiet small" aria-label="Copy the command" title="Copy the command" onClick={() => void copy(COMMAND, "Command copied.")}><Icon name="copy" /></button>
          </div>
        </section>
        {PANES.includes("why") && <form class="way" onSubmit={ask}>
          <h3><Icon name="question" />I can't reach X from Y</h3>
          <p>Say what should connect, then add the policies.</p>
          <div class="ask-fields">
            <label><span>From</span><input value={from.value} placeholder="shop/web" required onInput={(e) => (from.value = e.currentTarget.value)} /></label>
            <label><span>To</span><input value={to.value} placeholder="shop/database" required onInput={(e) => (to.value = e.currentTarget.value)} /></label>
            <label class="port"><span>Port</span><input value={port.value} placeholder="5432" onInput={(e) => (port.value = e.currentTarget.value)} /></label>
          </div>
          <div class="way-actions"><button class="main">Ask</button></div>
        </form>}
      </div>
      <section class="start-examples">
        <h3>Or pick an example</h3>
        <Catalogue />
      </section>
    </main>
  );
}
