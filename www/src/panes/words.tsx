// Each policy as sentences, each sentence bound to its lines. All of them are in the document, for
// the search of the browser and for screen readers; they are drawn block by block, and what is out
// of view is not laid out.

import { signal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask, Refused } from "../engine/engine";
import type { PolicyWords, Sentence, Words } from "../engine/shapes";
import { Prose } from "../prose";
import { pause } from "../slices";
import { files, goTo } from "../state/files";
import { options } from "../state/options";
import { engineOptions, sources } from "../state/report";
import { lit } from "../state/view";

/** One policy as it is drawn: its words, without the places, which change with every key. */
interface Told {
  readonly key: string;
  readonly name: string;
  readonly where: string;
  readonly sentences: readonly string[];
}
type Block = Signal<readonly Told[]>;

const fault = signal<string | null>(null);
/** So many policies are drawn in one go. */
const BLOCK = 6;
/** More than these wait to be asked for. */
const PAGE = 600;
const most = signal(PAGE);
const blocks = signal<readonly Block[] | null>(null);
const total = signal(0);
/** The answer that was drawn last; places are looked up in it when they are asked for. */
let places = new Map<string, readonly Sentence[]>();
let newest: Words | null = null;

export function WordsPane() {
  const [of, chosen, limit] = [files.value, options.value, most.value];
  useEffect(() => {
    ask<Words>("words", { sources: sources(), options: engineOptions() }, "words").then(
      (it) => {
        if (it === null) return;
        fault.value = null;
        void draw(it, limit);
      },
      (it: Refused) => (fault.value = it.message),
    );
    return () => {
      if (lit.peek().length > 0) lit.value = [];
    };
  }, [of, chosen, limit]);
  // What was drawn for other files is not shown again.
  useEffect(() => () => {
    newest = null;
    blocks.value = null;
    most.value = PAGE;
  }, []);
  if (fault.value) return <p class="empty" role="alert">{fault.value}</p>;
  if (blocks.value === null) return <p class="empty">Reading…</p>;
  if (total.value === 0) return <p class="empty">There is no policy in these files yet.</p>;
  return (
    <div class="words">
      {blocks.value.map((block, at) => <Articles key={at} of={block} />)}
      {total.value > limit && <button class="quiet more" onClick={() => (most.value += PAGE)}>Show more of {total.value} policies</button>}
    </div>
  );
}

/** Draws an answer; each block that has changed in a task of its own. A newer answer takes its place. */
async function draw(answer: Words, limit: number): Promise<void> {
  newest = answer;
  const told = name(answer.policies);
  places = new Map(told.map((it, at) => [it.key, answer.policies[at]?.sentences ?? []]));
  total.value = told.length;
  const wanted: (readonly Told[])[] = [];
  for (let at = 0; at < Math.min(limit, told.length); at += BLOCK) wanted.push(told.slice(at, Math.min(at + BLOCK, limit)));
  if ((blocks.peek()?.length ?? 0) > wanted.length) blocks.value = blocks.peek()?.slice(0, wanted.length) ?? [];
  blocks.value ??= [];
  for (const [at, list] of wanted.entries()) {
    const block = blocks.peek()?.[at];
    if (block && same(block.peek(), list)) continue;
    if (block) block.value = list;
    else blocks.value = [...(blocks.peek() ?? []), signal(list)];
    // Drawing is a task, too: this comes behind it.
    await pause();
    await pause();
    if (newest !== answer) return;
  }
}

/** A key for each policy that stays while others come and go. */
function name(policies: readonly PolicyWords[]): Told[] {
  const seen = new Map<string, number>();
  return policies.map(({ object, path, sentences }) => {
    const key = `${path} ${object.kind} ${object.namespace ?? ""}/${object.name}`;
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    return {
      key: before === 0 ? key : `${key} ${before}`,
      name: object.name,
      where: `${object.namespace ?? "every namespace"} · ${object.kind}`,
      sentences: sentences.map((it) => it.text),
    };
  });
}

function same(a: readonly Told[], b: readonly Told[]): boolean {
  return a.length === b.length && a.every((it, at) => {
    const other = b[at];
    return other !== undefined && it.key === other.key && it.name === other.name && it.sentences.length === other.sentences.length
      && it.sentences.every((text, line) => text === other.sentences[line]);
  });
}

function Articles({ of }: { of: Block }) {
  return (
    <div class="words-block">
      {of.value.map(({ key, name, where, sentences }) => (
        <article key={key}>
          <h3>{name || "a policy without a name"} <small>{where}</small></h3>
          <ul>{sentences.map((text, line) => <Line text={text} policy={key} line={line} />)}</ul>
        </article>
      ))}
    </div>
  );
}

function Line({ text, policy, line }: { text: string; policy: string; line: number }) {
  const of = (): Sentence | undefined => places.get(policy)?.[line];
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
