// Each policy as sentences, each sentence bound to its lines.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask, Refused } from "../engine/engine";
import type { Sentence, Words } from "../engine/shapes";
import { Prose } from "../prose";
import { files, goTo } from "../state/files";
import { options } from "../state/options";
import { engineOptions, sources } from "../state/report";
import { lit } from "../state/view";

const words = signal<Words | null>(null);
const fault = signal<string | null>(null);
const PAGE = 40;
const shownCount = signal(PAGE);

export function WordsPane() {
  useEffect(() => {
    ask<Words>("words", { sources: sources(), options: engineOptions() }, "words").then(
      (it) => {
        if (it === null) return;
        words.value = it;
        fault.value = null;
      },
      (it: Refused) => (fault.value = it.message),
    );
    return () => (lit.value = []);
  }, [files.value, options.value]);
  if (fault.value) return <p class="empty" role="alert">{fault.value}</p>;
  const list = words.value?.policies ?? [];
  if (list.length === 0) return <p class="empty">There is no policy in these files yet.</p>;
  return (
    <div class="words">
      {list.slice(0, shownCount.value).map((policy) => (
        <article>
          <h3>{policy.object.name || "a policy without a name"} <small>{policy.object.namespace ?? "every namespace"} · {policy.object.kind}</small></h3>
          <ul>{policy.sentences.map((it) => <Line of={it} />)}</ul>
        </article>
      ))}
      {list.length > shownCount.value && <button class="quiet more" onClick={() => (shownCount.value += PAGE * 5)}>Show more of {list.length} policies</button>}
    </div>
  );
}

function Line({ of }: { of: Sentence }) {
  const span = of.span;
  if (!span) return <li><Prose text={of.text} /></li>;
  const look = () => (lit.value = [{ path: of.path, start: span.start.offset, end: span.end.offset }]);
  const away = () => (lit.value = []);
  return (
    <li>
      <button class="line" onClick={() => goTo(of.path, span.start.offset)} onPointerEnter={look} onPointerLeave={away} onFocus={look} onBlur={away}>
        <Prose text={of.text} />
      </button>
    </li>
  );
}
