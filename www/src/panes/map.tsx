// The map: namespaces as boxes, who reaches whom as arrows. Looking at an arrow lights its lines.

import { signal } from "@preact/signals";
import { Component } from "preact";
import type { Edge, Group, Node, Picture } from "../map/picture";
import { told } from "../map/ports";
import { called } from "../map/titles";
import { capital } from "../editor/card";
import { Prose } from "../prose";
import { lookAt, lookAway, touched } from "../state/because";
import { goTo } from "../state/files";
import { EMPTY, question } from "../state/question";
import { picture, reachFault, toggleNamespace, withFuture } from "../state/reach";
import { useSlices } from "../slices";
import { checked } from "../state/report";
import { show } from "../state/view";
import { cause, Settle } from "./settle";

/** More arrows than these are shown for what is looked at alone. */
const MOST_ARROWS = 3000;
/** So many arrows are drawn in one go. */
const SLICE = 120;
const zoom = signal(1);
/** The node or edge looked at. */
const looked = signal<{ node: string } | { edge: Edge } | null>(null);

export function MapPane() {
  const it = picture.value;
  if (reachFault.value) return <p class="empty" role="alert">{reachFault.value}</p>;
  if (!it) return <p class="empty">Drawing…</p>;
  if (it.nodes.length === 0) return <Nothing notes={it.notes} />;
  return (
    <div class="map">
      {it.notes.length > 0 && <p class="map-note">{it.notes.map((note) => <><Prose text={capital(note)} />. </>)}</p>}
      {it.edges.length > MOST_ARROWS && (
        <p class="map-note">{it.edges.length} arrows would be a hatching: point at a namespace or workload to see its own.</p>
      )}
      {it.grantCount > 0 && (
        <p class="map-note">
          Dashed arrows show what one side of a connection grants: it is open where the other side grants it, too. The table below lists {it.grantCount === 1 ? "the one grant" : `all ${it.grantCount} grants`}{it.grantsCut ? "; not every one of them has an arrow of its own" : ""}. Ask <button class="link" onClick={() => show("why")}>Why</button> for one pair.
        </p>
      )}
      <Drawing of={it} />
      <Caption of={it} />
      <UnknownList of={it} />
      <AsTable of={it} />
    </div>
  );
}

function Nothing({ notes }: { notes: readonly string[] }) {
  if ((checked.value?.report.summary.objects ?? 0) === 0) return <p class="empty">No pods and no policies yet: paste some, and they appear here.</p>;
  return (
    <p class="empty">
      These files hold nothing that a map shows: no pods, and no NetworkPolicy that the API server would accept. Policies of other kinds are not
      evaluated; <button class="link" onClick={() => show("words")}>Words</button> tells what is known of them.
      {notes.map((note) => <> <Prose text={capital(note)} />.</>)}
    </p>
  );
}

function Drawing({ of }: { of: Picture }) {
  const at = looked.value;
  const near = at === null ? null : "edge" in at ? new Set([at.edge.from, at.edge.to]) : neighbours(of, at.node);
  const isNear = (edge: Edge) => at === null || ("edge" in at ? same(at.edge, edge) : edge.from === at.node || edge.to === at.node);
  const labelled = of.edges.length <= 40;
  const edges = of.edges.length <= MOST_ARROWS ? of.edges : at === null ? [] : of.edges.filter(isNear);
  const drawnCount = useSlices(edges.length, SLICE);
  // Letters stay readable: what does not fit is reached by scrolling.
  const least = Math.round(of.width * (of.crowded ? 0.5 : 0.68));
  const scale = zoom.value;
  return (
    <div class="drawing" tabIndex={0} role="region" aria-label="Map of connections; the table below says the same">
      <svg viewBox={`0 0 ${of.width} ${of.height}`} class={of.crowded ? "crowded" : ""} style={{ width: `${Math.round(of.width * scale)}px`, maxWidth: scale === 1 ? "100%" : "none", minWidth: scale === 1 ? `${least}px` : "0" }}
        onPointerLeave={leave}>
        <defs>
          <marker id="head" viewBox="0 0 8 8" refX="1" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z" fill="var(--edge)" /></marker>
          <marker id="head-near" viewBox="0 0 8 8" refX="1" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z" fill="var(--accent)" /></marker>
        </defs>
        {of.groups.map((group) => <Box key={group.id} of={group} />)}
        {edges.slice(0, drawnCount).map((edge) => (
          <Arrow key={`${edge.from} ${edge.to}`} of={edge} near={isNear(edge)} active={at !== null && isNear(edge)}
            labelled={labelled || (at !== null && isNear(edge))} touched={touched.value.has(`${edge.from} ${edge.to}`)} />
        ))}
        {of.nodes.map((node) => <Pill key={node.id} of={node} dim={near !== null && !near.has(node.id)} />)}
      </svg>
    </div>
  );
}

function leave() {
  looked.value = null;
  lookAway();
}

function same(a: Edge, b: Edge): boolean {
  return a.from === b.from && a.to === b.to;
}

function neighbours(of: Picture, id: string): Set<string> {
  const near = new Set([id]);
  for (const edge of of.edges) {
    if (edge.from === id) near.add(edge.to);
    if (edge.to === id) near.add(edge.from);
  }
  return near;
}

function Box({ of }: { of: Group }) {
  return (
    <g class="box">
      <rect x={of.x} y={of.y} width={of.w} height={of.h} rx="16" />
      <text x={of.x + 18} y={of.y + 25}>{of.title}</text>
      {of.canClose && (
        <g class="box-close" role="button" tabindex={0} aria-label={`Collapse ${of.title}`} {...press(() => toggleNamespace(of.id))}>
          <rect x={of.x + of.w - 36} y={of.y + 9} width="24" height="22" rx="6" />
          <path d={`M${of.x + of.w - 29} ${of.y + 20}h10`} />
        </g>
      )}
    </g>
  );
}

interface ArrowProps {
  of: Edge;
  near: boolean;
  active: boolean;
  labelled: boolean;
  touched: boolean;
}

/** Drawn again only when it looks different: there may be thousands. */
class Arrow extends Component<ArrowProps> {
  override shouldComponentUpdate(next: ArrowProps): boolean {
    const now = this.props;
    return next.of !== now.of || next.near !== now.near || next.active !== now.active || next.labelled !== now.labelled || next.touched !== now.touched;
  }

  override render() {
    return <Line {...this.props} />;
  }
}

function Line({ of, near, active, labelled, touched }: ArrowProps) {
  const look = () => {
    looked.value = { edge: of };
    if (of.canAsk) void lookAt(of.from, of.to);
  };
  const ask = () => {
    if (!of.canAsk) return;
    question.value = { ...EMPTY, from: of.from, to: of.to };
    show("why");
  };
  return (
    <g class={`arrow${of.count === 0 ? " granted" : ""}${near ? "" : " dim"}${active ? " active" : ""}${touched ? " touched" : ""}`} role="button" tabindex={0} data-from={of.from} data-to={of.to}
      aria-label={`${called(of.from)} to ${called(of.to)}: ${edgeWords(of)}`} onPointerEnter={look} onFocus={look} onBlur={leave} {...press(ask)}>
      <g transform={`translate(${of.shift[0]} ${of.shift[1]})`}>
        <path class="hit" d={of.path} />
        <path class="line" d={of.path} marker-end={active ? "url(#head-near)" : "url(#head)"} />
        {labelled && <text x={of.midX} y={of.midY + 4}>{of.label}</text>}
      </g>
    </g>
  );
}

function Pill({ of, dim }: { of: Node; dim: boolean }) {
  const isNamespace = of.kind === "namespace";
  const look = () => (looked.value = { node: of.id });
  const short = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
  const words = [of.title, of.sub, of.openIn && "open to everyone", of.openOut && "may reach everyone", (of.unknownIn || of.unknownOut) && "partly unknown"].filter(Boolean);
  return (
    <g class={`pill ${of.kind}${dim ? " dim" : ""}`} data-node={of.id} onPointerEnter={look} onFocus={look} onBlur={leave}
      role={isNamespace ? "button" : "img"} tabindex={isNamespace ? 0 : undefined} aria-label={words.join(", ")}
      {...(isNamespace ? press(() => toggleNamespace(of.title)) : {})}>
      {!isNamespace && <title>{`${of.id}\n${words.slice(1).join("\n")}`}</title>}
      <rect x={of.x} y={of.y} width={of.w} height={of.h} rx={of.kind === "external" || of.kind === "anywhere" || of.kind === "cluster" ? 25 : 12} />
      {of.openIn !== null && <Door x={of.x} y={of.y} h={of.h} open={of.openIn} />}
      {of.openOut !== null && <Door x={of.x + of.w} y={of.y} h={of.h} open={of.openOut ?? false} />}
      <text class="title" x={of.x + 20} y={of.y + 22}>{short(of.title, 28)}</text>
      {" "}
      <text class="sub" x={of.x + 20} y={of.y + 38}>{short(of.sub, 36)}</text>
      {of.unknownIn && <Doubt x={of.x - 26} y={of.y + of.h / 2} />}
      {of.unknownOut && <Doubt x={of.x + of.w + 2} y={of.y + of.h / 2} />}
    </g>
  );
}

/** A side that a policy closes is a solid bar; one that stands open is two short dashes. */
function Door({ x, y, h, open }: { x: number; y: number; h: number; open: boolean }) {
  return <path class={open ? "door open" : "door"} d={open ? `M${x} ${y + 13}v7M${x} ${y + h - 20}v7` : `M${x} ${y + 14}v${h - 28}`} />;
}

function Doubt({ x, y }: { x: number; y: number }) {
  return (
    <g class="doubt">
      <path d={`M${x} ${y}h24`} />
      <circle cx={x + 12} cy={y} r="8" />
      <text x={x + 12} y={y + 4}>?</text>
    </g>
  );
}

function press(act: () => void) {
  return {
    onClick: act,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      act();
    },
  };
}

function Caption({ of }: { of: Picture }) {
  const at = looked.value;
  const set = (factor: number) => (zoom.value = Math.min(3, Math.max(0.4, factor === 0 ? 1 : zoom.value * factor)));
  return (
    <div class="caption">
      <p aria-live="polite">
        {at === null || !("edge" in at)
          ? <span class="key"><Key open={false} /> closed by a policy <Key open /> open {of.unknown.length > 0 && <><span class="key-doubt">?</span> depends</>}{of.grantCount > 0 && <><svg class="key-grant" viewBox="0 0 26 8" aria-hidden="true"><path d="M1 4h24" /></svg> granted by one side</>}</span>
          : <EdgeCaption of={at.edge} />}
      </p>
      {(of.hidden > 0 || withFuture.value) && (
        <label class="check"><input type="checkbox" checked={withFuture.value} onChange={() => (withFuture.value = !withFuture.value)} />Pods that may come</label>
      )}
      <span class="zoom" role="group" aria-label="Zoom">
        <button class="quiet small" aria-label="Smaller" onClick={() => set(1 / 1.25)}>−</button>
        <button class="quiet small" aria-label="Fit" onClick={() => set(0)}>Fit</button>
        <button class="quiet small" aria-label="Larger" onClick={() => set(1.25)}>+</button>
      </span>
    </div>
  );
}

/** What an arrow stands for, where it cannot be seen. */
function edgeWords(of: Edge): string {
  const certain = of.count === 0 ? [] : [of.label === "all" ? "all ports" : of.label];
  const granted = of.granted.length === 0 ? [] : [`${of.granted.join(", ")}, open where both sides agree`];
  return [...certain, ...granted].join("; ");
}

function EdgeCaption({ of }: { of: Edge }) {
  const granted = of.granted.length === 0 ? "" : `${capital(of.granted.join("; "))}; open where both sides agree.`;
  return (
    <>
      {of.count > 0 && <><b>{called(of.from)}</b> may reach <b>{called(of.to)}</b> on {of.told}. </>}
      {granted}
      {of.canAsk && " Press to see why."}
    </>
  );
}

function Key({ open }: { open: boolean }) {
  return <svg class="key-door" viewBox="0 0 8 22" aria-hidden="true"><Door x={4} y={-13} h={48} open={open} /></svg>;
}

function UnknownList({ of }: { of: Picture }) {
  if (of.unknown.length === 0) return null;
  return (
    <section class="unknowns" aria-label="What depends">
      <h3>It depends</h3>
      {of.unknown.map((it) => (
        <div class="unknown">
          <p>
            {it.message ? <Prose text={capital(it.message)} /> : <>{told(it.ports).replace(/^all ports$/, "Connections")} {it.side === "egress" ? "out of" : "into"} {names(it.endpoints ?? [])} {it.ports === "all" ? "depend" : "depends"}: {cause(it.cause)}</>}.
          </p>
          {(it.because ?? []).map((reason) => (
            <button class="link" onClick={() => reason.span && goTo(reason.path, reason.span.start.offset)}>
              <Prose text={reason.message} />{reason.span && <small>{reason.path}:{reason.span.start.line}</small>}
            </button>
          ))}
          <Settle by={it.settledBy ?? []} />
        </div>
      ))}
    </section>
  );
}

function names(list: readonly string[]): string {
  return list.length <= 3 ? list.join(", ") : `${list.length} workloads`;
}

const tableOpen = signal(false);
function AsTable({ of }: { of: Picture }) {
  return (
    <details class="as-table" open={tableOpen.value} onToggle={(event) => (tableOpen.value = event.currentTarget.open)}>
      <summary>As a table</summary>
      {tableOpen.value && (
        <table>
          <caption class={of.grants.length > 0 ? "" : "visually-hidden"}>Every connection that is certainly allowed</caption>
          <thead><tr><th scope="col">From</th><th scope="col">To</th><th scope="col">Ports</th></tr></thead>
          <Rows of={of.rows.map((row) => [row.from, row.to, row.ports])} />
        </table>
      )}
      {tableOpen.value && <More shown={of.rows.length} of={of.rowCount} />}
      {tableOpen.value && of.grants.length > 0 && (
        <table class="grants">
          <caption>What each side grants; a connection is open where both agree</caption>
          <thead><tr><th scope="col">Side</th><th scope="col">Of</th><th scope="col">Grants to</th><th scope="col">Ports</th></tr></thead>
          <Rows of={of.grants.map((row) => [row.side, row.whose, row.with, row.ports])} />
        </table>
      )}
      {tableOpen.value && <More shown={of.grants.length} of={of.grantCount} />}
    </details>
  );
}

function More({ shown, of }: { shown: number; of: number }) {
  return of > shown ? <p class="quietly">and {of - shown} more: <code>netpol map</code> prints them all.</p> : null;
}

function Rows({ of }: { of: readonly (readonly string[])[] }) {
  const shown = useSlices(of.length, 60);
  return <tbody>{of.slice(0, shown).map((row) => <tr>{row.map((cell) => <td>{cell}</td>)}</tr>)}</tbody>;
}
