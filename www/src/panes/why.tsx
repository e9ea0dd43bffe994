// Why: one question, its verdict, and the lines that decide it.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask, Refused } from "../engine/engine";
import type { Answer, Reason, Why } from "../engine/shapes";
import { Icon, type IconName } from "../icons";
import { isNone, told } from "../map/ports";
import { Prose } from "../prose";
import { linesOf } from "../state/because";
import { files, goTo } from "../state/files";
import { options } from "../state/options";
import { ends, parse, question } from "../state/question";
import { engineOptions, sources } from "../state/report";
import { lit } from "../state/view";
import { capital } from "../editor/card";
import { cause, Settle } from "./settle";

const answer = signal<Why | null>(null);
const fault = signal<string | null>(null);
const names = signal<readonly string[]>([]);

export function WhyPane() {
  const asked = question.value;
  useEffect(() => {
    if (asked.from === "" || asked.to === "") {
      answer.value = null;
      fault.value = null;
      return;
    }
    ask<Why>("why", { sources: sources(), options: engineOptions(), ...ends(asked) }, "why").then(
      (it) => {
        if (it === null) return;
        answer.value = it;
        fault.value = null;
        lit.value = linesOf(it);
      },
      (it: Refused) => {
        answer.value = null;
        fault.value = it.message;
        lit.value = [];
      },
    );
    return () => (lit.value = []);
  }, [asked, files.value, options.value]);
  useEffect(() => {
    ask<string[]>("names", { sources: sources(), options: engineOptions() }, "names").then((it) => it && (names.value = it), () => undefined);
  }, [files.value, options.value]);
  return (
    <div class="why">
      <Bar />
      {fault.value && <p class="fault" role="alert">{capital(fault.value)}.</p>}
      {answer.value && !fault.value && <Answers of={answer.value} />}
      {!answer.value && !fault.value && <p class="empty">Ask about one connection: who wants to reach whom, and on which port.</p>}
    </div>
  );
}

function Bar() {
  const asked = question.value;
  const send = (event: Event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const port = /^(\d*)(?:\/(tcp|udp|sctp))?$/i.exec(text("port"));
    question.value = parse(text("from")) ?? { from: text("from"), to: text("to"), port: port?.[1] ?? "", protocol: (port?.[2] ?? "TCP").toUpperCase() };
  };
  return (
    <form class="question" key={JSON.stringify(asked)} onSubmit={send}>
      <label><span>From</span><input name="from" list="endpoints" defaultValue={asked.from} placeholder="shop/web" autocomplete="off" /></label>
      <Icon name="arrow" />
      <label><span>To</span><input name="to" list="endpoints" defaultValue={asked.to} placeholder="shop/database" autocomplete="off" /></label>
      <label class="port"><span>Port</span><input name="port" defaultValue={asked.port + (asked.port && asked.protocol !== "TCP" ? `/${asked.protocol}` : "")} placeholder="any" autocomplete="off" pattern="\d*(/(tcp|udp|sctp|TCP|UDP|SCTP))?" title="A number, and /udp or /sctp where it is not TCP" /></label>
      <button class="main">Ask</button>
      <datalist id="endpoints">{names.value.map((name) => <option value={name} />)}</datalist>
    </form>
  );
}

const VERDICTS: Record<Why["verdict"], [IconName, string]> = {
  allow: ["check", "Allowed"],
  deny: ["cross", "Denied"],
  unknown: ["question", "It depends"],
  mixed: ["question", "Some of it"],
};

function Answers({ of }: { of: Why }) {
  const [icon, title] = VERDICTS[of.verdict];
  const asked = question.value;
  return (
    <div class="answers" aria-live="polite">
      <p class={`verdict ${of.verdict}`}>
        <span class="verdict-icon"><Icon name={icon} /></span>
        <span><b>{title}</b> <span class="verdict-what">{asked.from} → {asked.to}{asked.port && ` : ${asked.port}/${asked.protocol}`}</span></span>
      </p>
      {of.answers.map((it) => <One of={it} alone={of.answers.length === 1} />)}
    </div>
  );
}

function One({ of, alone }: { of: Answer; alone: boolean }) {
  const asked = question.value;
  const sides = (["egress", "ingress"] as const).filter((side) => of.reasons.some((it) => it.side === side));
  return (
    <section class="one">
      {(!alone || of.via) && <h3>{of.from} → {of.to}{of.via && <small> through Service {of.via.service}{of.via.port && ` (${of.via.port})`}</small>}</h3>}
      {(asked.port === "" || of.unknown.length > 0 || !alone) && <dl class="sums">
        {!isNone(of.allowed) && <><dt><Icon name="check" />allowed</dt><dd>{told(of.allowed)}</dd></>}
        {!isNone(of.denied) && <><dt><Icon name="cross" />denied</dt><dd>{told(of.denied)}</dd></>}
        {of.unknown.map((it) => <><dt><Icon name="question" />depends</dt><dd>{told(it.ports)}: <Prose text={it.message ?? cause(it.cause)} /></dd></>)}
      </dl>}
      {of.unknown.length > 0 && <Settle by={[...new Set(of.unknown.flatMap((it) => it.settledBy ?? []))]} />}
      {sides.map((side) => (
        <div class="reasons">
          <h4>{side === "egress" ? `Out of ${of.from}` : `Into ${of.to}`}</h4>
          <ol>{of.reasons.filter((it) => it.side === side).map((it) => <Step of={it} />)}</ol>
        </div>
      ))}
    </section>
  );
}

const SIGNS: Record<string, string> = { isolates: "closes", allows: "allows", denies: "denies", passes: "passes", default: "default" };

function Step({ of }: { of: Reason }) {
  const span = of.path === null ? null : of.span;
  const path = of.path ?? "";
  const look = () => span && (lit.value = [{ path, start: span.start.offset, end: span.end.offset }]);
  const away = () => (lit.value = answer.value ? linesOf(answer.value) : []);
  const words = (
    <>
      <span class={`effect ${of.effect}`}>{SIGNS[of.effect] ?? of.effect}</span>
      <span class="step-text"><Prose text={capital(of.message)} />{span && <small>{path}:{span.start.line}</small>}</span>
    </>
  );
  return (
    <li>
      {span
        ? <button class="step" onClick={() => goTo(path, span.start.offset)} onPointerEnter={look} onPointerLeave={away} onFocus={look} onBlur={away}>{words}</button>
        : <span class="step">{words}</span>}
    </li>
  );
}
