// The list of findings: a click goes to the line, the cursor marks the finding it stands on.

import { signal } from "@preact/signals";
import { Component } from "preact";
import { cursor } from "./editor/cursor";
import { capital } from "./editor/card";
import type { Finding, Severity } from "./engine/shapes";
import { Icon, SeverityIcon } from "./icons";
import { Prose } from "./prose";
import { explain } from "./state/explain";
import { active, apply, goTo } from "./state/files";
import { checked, refused } from "./state/report";
import { broken } from "./engine/engine";
import { tell } from "./state/view";

const hidden = signal<ReadonlySet<Severity>>(new Set());
const words = signal("");
/** A longer list is shown in pages, so that a thousand findings cost what fifty do. */
const PAGE = 30;
const shownCount = signal(PAGE);

const NAMES: [Severity, string, string][] = [["error", "error", "errors"], ["warning", "warning", "warnings"], ["info", "info", "infos"]];

export function Findings() {
  const report = checked.value?.report;
  const all = report?.diagnostics ?? [];
  const wanted = words.value.trim().toLowerCase();
  const list = all.filter((it) => !hidden.value.has(it.severity) && (wanted === "" || `${it.code} ${it.lint} ${it.message} ${it.path}`.toLowerCase().includes(wanted)));
  const toggle = (severity: Severity) => {
    const next = new Set(hidden.value);
    if (!next.delete(severity)) next.add(severity);
    hidden.value = next;
  };
  return (
    <section class="findings" aria-label="Findings">
      <div class="findings-head">
        <h2>Findings</h2>
        {NAMES.map(([severity, one, many]) => {
          const count = all.filter((it) => it.severity === severity).length;
          if (count === 0) return null;
          return (
            <button class="chip" aria-pressed={!hidden.value.has(severity)} onClick={() => toggle(severity)}>
              <SeverityIcon of={severity} />{count} {count === 1 ? one : many}
            </button>
          );
        })}
        {all.length > 8 && (
          <input class="filter" type="search" placeholder="Filter" aria-label="Filter findings" value={words.value}
            onInput={(event) => (words.value = event.currentTarget.value)} />
        )}
      </div>
      <div class="findings-list">
        {broken.value && <p class="fault" role="alert">{capital(broken.value)}.</p>}
        {refused.value && <p class="fault" role="alert">{capital(refused.value)}.</p>}
        {report && all.length === 0 && (
          <p class="calm"><Icon name="check" />
            {report.summary.objects === 0 ? "Nothing here that network policies are about, yet." : "Nothing to say against this."}
          </p>
        )}
        <ul>{list.slice(0, shownCount.value).map((it) => <Item key={it.fingerprint + (it.span?.start.offset ?? "")} finding={it} here={isHere(it)} />)}</ul>
        {list.length > shownCount.value && (
          <button class="quiet more" onClick={() => (shownCount.value += PAGE * 5)}>Show more of {list.length}</button>
        )}
      </div>
    </section>
  );
}

function isHere({ path, span }: Finding): boolean {
  return span !== null && path === active.value?.name && cursor.value >= span.start.offset && cursor.value <= span.end.offset;
}

/** Drawn again only for another finding, or when the cursor comes or goes: not at every key. */
class Item extends Component<{ finding: Finding; here: boolean }> {
  override shouldComponentUpdate(next: { finding: Finding; here: boolean }): boolean {
    return next.finding !== this.props.finding || next.here !== this.props.here;
  }

  override render() {
    return <Entry finding={this.props.finding} here={this.props.here} />;
  }
}

function Entry({ finding, here }: { finding: Finding; here: boolean }) {
  const span = finding.span;
  const fix = finding.fixes.find((it) => it.edits && it.applicability !== "display");
  const more = finding.fixes.length - 1;
  return (
    <li class={here ? "finding here" : "finding"} aria-current={here ? "true" : undefined}>
      <button class="finding-main" onClick={() => span && goTo(finding.path, span.start.offset)}>
        <SeverityIcon of={finding.severity} />
        <span class="finding-text">
          <span class="visually-hidden">{finding.severity}: </span>
          <Prose text={capital(finding.message)} />
          <small>{finding.path}{span ? `:${span.start.line}` : ""} · {finding.code} {finding.lint}</small>
        </span>
      </button>
      <span class="finding-actions">
        {fix && (
          <button class="fix" title={`${capital(fix.title)}${fix.applicability === "unsafe" ? " (changes what is allowed)" : ""}${more > 0 ? `, or one of ${more} other ways in the editor` : ""}`}
            onClick={() => {
              apply(fix.edits ?? []);
              tell(`${capital(fix.title)}: done. Undo with Ctrl+Z.`);
            }}>Fix</button>
        )}
        <button class="quiet small" aria-label={`About ${finding.lint}`} title={`About ${finding.lint}`} onClick={() => explain(finding.lint)}><Icon name="question" /></button>
      </span>
    </li>
  );
}
