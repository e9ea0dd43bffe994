// The catalogue of examples, by topic.

import { GROUPS, type Example } from "../examples/catalogue";
import { open } from "../state/files";
import { options } from "../state/options";
import { EMPTY, question } from "../state/question";
import { FIRST, pane } from "../state/view";
import { batch } from "@preact/signals";
import { closeMenu, Menu } from "./menu";

export function openExample(example: Example): void {
  batch(() => {
    open(example.files());
    options.value = {};
    question.value = example.question ?? EMPTY;
    pane.value = example.pane ?? FIRST;
  });
  history.replaceState(null, "", location.pathname + location.search);
  closeMenu();
}

export function ExamplesMenu() {
  return (
    <Menu name="Examples" icon="book" wide>
      <Catalogue />
    </Menu>
  );
}

export function Catalogue() {
  return (
    <div class="catalogue">
      {GROUPS.map((group) => (
        <section>
          <h3>{group.title}</h3>
          {group.examples.map((example) => (
            <button class="row example" data-example={example.id} onClick={() => openExample(example)}>
              <span><b>{example.title}</b><small>{example.task}</small></span>
            </button>
          ))}
        </section>
      ))}
    </div>
  );
}
