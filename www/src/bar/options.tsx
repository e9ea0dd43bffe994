// The options that change an answer.

import { ASSUMPTIONS, PACKS, PARTS, PLUGINS, VERSIONS, assume, change, options } from "../state/options";
import { refused } from "../state/report";
import { Menu } from "./menu";

export function OptionsMenu() {
  const it = options.value;
  const list = (text: string) => text.split(/[\s,]+/).filter((part) => part !== "");
  const complete = new Set(it.complete ?? []);
  return (
    <Menu name="Options" icon="tune" wide mark={Object.keys(it).length > 0}>
      <div class="fields">
        <label>
          <span>Kubernetes</span>
          <select value={it.kubernetes ?? "any"} onChange={(event) => change({ kubernetes: event.currentTarget.value })}>
            {VERSIONS.map((name) => <option value={name}>{name === "any" ? "Any supported (1.33 to 1.37)" : name}</option>)}
          </select>
        </label>
        <label>
          <span>Network plugin</span>
          <select value={it.cni ?? "any"} onChange={(event) => change({ cni: event.currentTarget.value })}>
            {PLUGINS.map(([name, title]) => <option value={name}>{title}</option>)}
          </select>
        </label>
        <label>
          <span>Pack of lints</span>
          <select value={it.packs?.[0] ?? PACKS[0]} onChange={(event) => change({ packs: [event.currentTarget.value] })}>
            {PACKS.map((name) => <option value={name}>{name}</option>)}
          </select>
        </label>
        <label>
          <span>Namespace of objects that name none</span>
          <input value={it.namespace ?? ""} placeholder="default" onChange={(event) => change({ namespace: event.currentTarget.value.trim() })} />
        </label>
        <label>
          <span>Addresses of pods</span>
          <input value={it.cluster?.podCidrs?.join(" ") ?? ""} placeholder="not known, e.g. 10.244.0.0/16"
            onChange={(event) => change({ cluster: { ...it.cluster, podCidrs: list(event.currentTarget.value) } })} />
        </label>
        <fieldset>
          <legend>The files hold all of the cluster's</legend>
          {PARTS.map((part) => (
            <label class="check">
              <input type="checkbox" checked={complete.has(part)}
                onChange={() => change({ complete: PARTS.filter((name) => complete.has(name) !== (name === part)) })} />
              {part}
            </label>
          ))}
        </fieldset>
        <details open={it.assume !== undefined}>
          <summary>What network plugins do differently</summary>
          {ASSUMPTIONS.map(({ name, question, values }) => (
            <label>
              <span>{question}</span>
              <select value={it.assume?.[name] ?? ""} onChange={(event) => assume(name, event.currentTarget.value || null)}>
                <option value="">As the plugin does</option>
                <option value="unknown">I don't know</option>
                {values.map((value) => <option value={value}>{value}</option>)}
              </select>
            </label>
          ))}
        </details>
        {refused.value && <p class="fault" role="alert">{refused.value}</p>}
      </div>
    </Menu>
  );
}
