// The answers, one pane at a time, as tabs.

import type { JSX } from "preact";
import { drawn } from "../slices";
import { PANES, TITLES, pane, type Pane } from "../state/view";
import { Console } from "./console";
import { MapPane } from "./map";
import { Matrix } from "./matrix";
import { WhyPane } from "./why";
import { WordsPane } from "./words";

const CONTENT: Record<Pane, () => JSX.Element> = {
  map: MapPane,
  matrix: Matrix,
  why: WhyPane,
  words: WordsPane,
  console: Console,
};

export function Panes() {
  const Content = CONTENT[pane.value];
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    pane.value = PANES[(PANES.indexOf(pane.value) + step + PANES.length) % PANES.length] ?? pane.value;
    const tabs = event.currentTarget as HTMLElement;
    void drawn().then(() => tabs.querySelector<HTMLElement>("[aria-selected=true]")?.focus());
  };
  return (
    <>
      <div class="panetabs" role="tablist" aria-label="Answers" onKeyDown={move}>
        {PANES.map((name) => (
          <button key={name} role="tab" id={`tab-${name}`} aria-controls="pane" aria-selected={pane.value === name}
            tabIndex={pane.value === name ? 0 : -1} onClick={() => (pane.value = name)}>{TITLES[name]}</button>
        ))}
      </div>
      <div key={pane.value} class="pane" id="pane" role="tabpanel" aria-labelledby={`tab-${pane.value}`} data-pane={pane.value}>
        <Content />
      </div>
    </>
  );
}
