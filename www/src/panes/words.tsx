// Each policy as sentences, each sentence bound to its lines.

import { signal } from "@preact/signals";
import { Component } from "preact";
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
const PAGE = 20;
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
      {list.slice(0, shownCount.value).map((policy, at) => (
        <Article key={at} at={at} name={policy.object.name} where={policy.object.namespace ?? "every namespace"} kind={policy.object.kind}
          told={policy.sentences.map((it) => it.text).join("\n")} />
      ))}
      {list.length > shownCount.value && <button class="quiet more" onClick={() => (shownCount.value += PAGE * 5)}>Show more of {list.length} policies</button>}
    </div>
  );
}

/** Drawn again only when its words change: places are looked up when they are asked for. */
class Article extends Component<{ at: number; name: string; where: string; kind: string; told: string }> {
  override shouldComponentUpdate(next: Record<string, unknown>): boolean {
    return Object.entries(this.props).some(([name, value]) => name !== "children" && next[name] !== value);
  }

  override render() {
    const { at, name, where, kind, told } = this.props;
    return (
      <article>
        <h3>{name || "a policy without a name"} <small>{where} · {kind}</small></h3>
        <ul>{told.split("\n").map((text, line) => <Line text={text} policy={at} line={line} />)}</ul>
      </article>
    );
  }
}

function Line({ text, policy, line }: { text: string; policy: number; line: number }) {
  const of = (): Sentence | undefined => words.peek()?.policies[policy]?.sentences[line];
  const look = () => {
    const it = of();
    lit.value = it?.span ? [{ path: it.path, start: it.span.start.offset, end: it.span.end.offset }] : [];
  };
  const away = () => (lit.value = []);
  const go = () => {
    const it = of();
    if (it?.span) goTo(it.path, it.span.start.offset);
  };
  return (
    <li>
      <button class="line" onClick={go} onPointerEnter={look} onPointerLeave={away} onFocus={look} onBlur={away}>
        <Prose text={text} />
      </button>
    </li>
  );
}
