// The matrix: rows reach columns. Stays readable where the map does not.

import type { Axis, Beyond, Cell, Mark, Table } from "../map/table";
import { Component } from "preact";
import { Icon } from "../icons";
import { useSlices } from "../slices";
import { lookAt, lookAway } from "../state/because";
import { EMPTY, question } from "../state/question";
import { matrix, onlyNamespace, reachFault } from "../state/reach";
import { show } from "../state/view";

const GLYPH: Record<Mark, string> = { all: "●", some: "◐", unknown: "?", none: "·", self: "" };
/** With more columns than these, a cell shows its sign and tells its ports when looked at. */
const ROOMY = 9;

/** So many cells are drawn in one go. */
const SLICE = 180;

export function Matrix() {
  const it = matrix.value;
  if (reachFault.value) return <p class="empty" role="alert">{reachFault.value}</p>;
  if (!it) return <p class="empty">Counting…</p>;
  if (it.tooMany) return <TooMany of={it.tooMany} />;
  if (!it.axes.some((axis) => axis.size > 0)) return <p class="empty">There are no workloads in these files: add pods or deployments, and they stand here as rows and columns.</p>;
  return (
    <div class="matrix">
      <p class="map-note">
        {onlyNamespace.value !== null && <button class="quiet small" onClick={() => (onlyNamespace.value = null)}><Icon name="close" />{onlyNamespace.value}</button>}
        {it.byNamespace
          ? <>Rows reach columns, on some port at least: <b>●</b> in all pairs of workloads, <b>◐</b> in some, as counted, <b>?</b> unknown, <b>·</b> in none. Choose a namespace to look inside.</>
          : <>Rows reach columns: <b>●</b> on all ports, <b>◐</b> on some, <b>?</b> unknown, <b>·</b> not at all.</>}
      </p>
      <div class="matrix-scroll" tabIndex={0} role="region" aria-label="Matrix of connections">
        <Grid key={`${it.byNamespace} ${it.axes[0]?.id}`} of={it} />
      </div>
      {it.beyond && <BeyondTable of={it.beyond} />}
    </div>
  );
}

function BeyondTable({ of }: { of: readonly Beyond[] }) {
  if (of.length === 0) return <p class="map-note">No connection leads to another namespace or comes from one.</p>;
  return (
    <table class="beyond">
      <caption>Pairs of workloads with other namespaces; those that are not listed have none</caption>
      <thead><tr><th scope="col">Namespace</th><th scope="col">Reached from here</th><th scope="col">Reach in here</th><th scope="col">Unknown</th></tr></thead>
      <tbody>
        {of.map((it) => <tr><th scope="row">{it.name}</th><td>{it.out} of {it.of}</td><td>{it.into} of {it.of}</td><td>{it.unknown > 0 ? `? ${it.unknown}` : "none"}</td></tr>)}
      </tbody>
    </table>
  );
}

function TooMany({ of }: { of: NonNullable<Table["tooMany"]> }) {
  const pairs = (of.workloads ** 2).toLocaleString("en");
  return (
    <div class="matrix">
      <p class="map-note">
        {of.workloads} workloads make {pairs} pairs, too many to count at once. Choose a namespace: its own pairs are counted one by one, and how many lead to each other namespace.
      </p>
      <ul class="namespaces">
        {of.namespaces.map(({ name, size }) => (
          <li><button onClick={() => (onlyNamespace.value = name)}><b>{name}</b> <small>{size} {size === 1 ? "workload" : "workloads"}</small></button></li>
        ))}
      </ul>
    </div>
  );
}

function Grid({ of: it }: { of: Table }) {
  const roomy = it.axes.length <= ROOMY;
  const lines = useSlices(it.cells.length, Math.max(1, Math.floor(SLICE / it.axes.length)));
  return (
    <table onPointerLeave={lookAway}>
      <thead>
        <tr>
          <td />
          {it.axes.map((axis) => <th scope="col"><span><b>{axis.title}</b> <small>{axis.sub}</small></span></th>)}
        </tr>
      </thead>
      <tbody>
        {it.cells.slice(0, lines).map((line, row) => {
          const axis = it.axes[row];
          return axis && <Line key={axis.id} axis={axis} cells={line} axes={it.axes} roomy={roomy} byNamespace={it.byNamespace} />;
        })}
      </tbody>
    </table>
  );
}

interface LineProps {
  axis: Axis;
  cells: readonly Cell[];
  axes: readonly Axis[];
  roomy: boolean;
  byNamespace: boolean;
}

/** Drawn again only when something in it has changed: not at every key. */
class Line extends Component<LineProps> {
  override shouldComponentUpdate(next: LineProps): boolean {
    const { axis, cells, axes, roomy, byNamespace } = this.props;
    return next.roomy !== roomy || next.byNamespace !== byNamespace || next.axis.title !== axis.title || next.axis.sub !== axis.sub
      || next.axes.length !== axes.length || next.axes.some((it, at) => it.id !== axes[at]?.id)
      || next.cells.some((it, at) => it.mark !== cells[at]?.mark || it.label !== cells[at]?.label || it.told !== cells[at]?.told);
  }

  override render() {
    const { axis, cells, axes, roomy, byNamespace } = this.props;
    return (
      <tr>
        <th scope="row">
          {byNamespace && axis.id.startsWith("namespace ")
            ? <button class="link" onClick={() => (onlyNamespace.value = axis.title)}><b>{axis.title}</b></button>
            : <b>{axis.title}</b>} <small>{axis.sub}</small>
        </th>
        {cells.map((cell, column) => <Square cell={cell} from={axis.id} to={axes[column]?.id ?? ""} roomy={roomy} single={!byNamespace} />)}
      </tr>
    );
  }
}

function Square(props: { cell: Cell; from: string; to: string; roomy: boolean; single: boolean }) {
  const { cell, from, to, roomy, single } = props;
  const words = `${from} to ${to}: ${cell.told}`;
  const sign = roomy || !single ? cell.label : "";
  if (!single || cell.mark === "self") return <td class={cell.mark} title={words}>{GLYPH[cell.mark]} <small>{sign}</small></td>;
  const ask = () => {
    question.value = { ...EMPTY, from, to };
    show("why");
  };
  return (
    <td class={cell.mark}>
      <button title={words} aria-label={words} onClick={ask} onPointerEnter={() => void lookAt(from, to)} onFocus={() => void lookAt(from, to)} onBlur={lookAway}>
        {GLYPH[cell.mark]}{sign && <small>{sign}</small>}
      </button>
    </td>
  );
}
