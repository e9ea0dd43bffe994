// The matrix: rows reach columns. Stays readable where the map does not.

import type { Cell, Mark } from "../map/table";
import { Icon } from "../icons";
import { lookAt, lookAway } from "../state/because";
import { EMPTY, question } from "../state/question";
import { matrix, onlyNamespace, reachFault } from "../state/reach";
import { show } from "../state/view";

const GLYPH: Record<Mark, string> = { all: "●", some: "◐", unknown: "?", none: "·", self: "" };
/** With more columns than these, a cell shows its sign and tells its ports when looked at. */
const ROOMY = 9;

export function Matrix() {
  const it = matrix.value;
  if (reachFault.value) return <p class="empty" role="alert">{reachFault.value}</p>;
  if (!it) return <p class="empty">Counting…</p>;
  if (!it.axes.some((axis) => axis.size > 0)) return <p class="empty">There are no workloads in these files: add pods or deployments, and they stand here as rows and columns.</p>;
  const roomy = it.axes.length <= ROOMY;
  return (
    <div class="matrix">
      <p class="map-note">
        {onlyNamespace.value !== null && <button class="quiet small" onClick={() => (onlyNamespace.value = null)}><Icon name="close" />{onlyNamespace.value}</button>}
        Rows reach columns: <b>●</b> on all ports, <b>◐</b> on some, <b>?</b> unknown, <b>·</b> not at all.
        {it.byNamespace && " Numbers count pairs of workloads; choose a namespace to look inside."}
      </p>
      <div class="matrix-scroll" tabIndex={0} role="region" aria-label="Matrix of connections">
        <table onPointerLeave={lookAway}>
          <thead>
            <tr>
              <td />
              {it.axes.map((axis) => <th scope="col"><span><b>{axis.title}</b> <small>{axis.sub}</small></span></th>)}
            </tr>
          </thead>
          <tbody>
            {it.cells.map((line, row) => {
              const axis = it.axes[row];
              if (!axis) return null;
              return (
                <tr>
                  <th scope="row">
                    {it.byNamespace && axis.id.startsWith("namespace ")
                      ? <button class="link" onClick={() => (onlyNamespace.value = axis.title)}><b>{axis.title}</b></button>
                      : <b>{axis.title}</b>} <small>{axis.sub}</small>
                  </th>
                  {line.map((cell, column) => <Square cell={cell} from={axis.id} to={it.axes[column]?.id ?? ""} roomy={roomy} single={!it.byNamespace} />)}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </div>
  );
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
