// "It depends": what an unknown rests on, and the choices that settle it.

import { ASSUMPTIONS, PLUGINS, assume, change, options } from "../state/options";

const CAUSES: Record<string, string> = {
  "missing-input": "the files do not say",
  "cni-differs": "network plugins differ",
  undefined: "the API leaves it open",
};

export function cause(name: string): string {
  return CAUSES[name] ?? name;
}

export function Settle({ by }: { by: readonly string[] }) {
  const questions = ASSUMPTIONS.filter((it) => by.includes(it.name));
  const others = by.filter((name) => !ASSUMPTIONS.some((it) => it.name === name) && name !== "cni");
  return (
    <div class="settle">
      {(questions.length > 0 || by.includes("cni")) && (
        <label>
          <span>Which network plugin?</span>
          <select value={options.value.cni ?? "any"} onChange={(event) => change({ cni: event.currentTarget.value })}>
            {PLUGINS.map(([name, title]) => <option value={name}>{title}</option>)}
          </select>
        </label>
      )}
      {questions.map(({ name, question, values }) => (
        <div class="settle-choice" role="group" aria-label={question}>
          <span>{question}</span>
          <span class="switch">
            {[null, ...values].map((value) => (
              <button aria-pressed={(options.value.assume?.[name] ?? null) === value} onClick={() => assume(name, value)}>{value ?? "don't know"}</button>
            ))}
          </span>
        </div>
      ))}
      {others.length > 0 && <p class="quietly">Settled by: {others.join(", ")}</p>}
    </div>
  );
}
