// Hover and completion, both served by the engine.

import { autocompletion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { hoverTooltip, type Tooltip } from "@codemirror/view";
import { ask } from "../engine/engine";
import type { Completions, Hover } from "../engine/shapes";
import { active } from "../state/files";
import { engineOptions, sources } from "../state/report";
import { element, sentence } from "./card";

function at(offset: number): Record<string, unknown> {
  return { sources: sources(), options: engineOptions(), path: active.value?.name ?? "", offset };
}

async function fieldCard(_view: unknown, offset: number): Promise<Tooltip | null> {
  const answer = await ask<Hover>("hover", at(offset), "hover").catch(() => null);
  const hover = answer?.hover;
  // Only a source given as an object has no places, and the page gives texts.
  if (!hover?.span) return null;
  return {
    pos: hover.span.start.offset,
    end: hover.span.end.offset,
    above: true,
    create() {
      const dom = element("div", "field");
      dom.append(element("span", "field-name", hover.path), element("span", "field-type", hover.type));
      dom.append(sentence("p", "", hover.doc));
      if (hover.values.length > 0) dom.append(sentence("p", "", `One of ${hover.values.map((it) => `\`${it}\``).join(", ")}.`));
      if (hover.meaning) dom.append(sentence("p", "meaning", hover.meaning));
      return { dom };
    },
  };
}

async function complete(context: CompletionContext): Promise<CompletionResult | null> {
  const before = context.matchBefore(/[\w./-]*/);
  if (!context.explicit && (!before || before.from === before.to)) return null;
  const answer = await ask<Completions>("complete", at(context.pos), "complete").catch(() => null);
  if (!answer || answer.items.length === 0 || context.aborted) return null;
  return {
    from: answer.start,
    to: answer.end,
    validFor: /^[\w./-]*$/,
    options: answer.items.map((item) => ({
      label: item.label,
      apply: item.insert,
      detail: item.detail,
      type: item.kind,
      ...(item.doc ? { info: () => sentence("div", "", item.doc) } : {}),
    })),
  };
}

export const help = [
  hoverTooltip(fieldCard, { hoverTime: 350 }),
  autocompletion({ override: [complete], activateOnTyping: true, icons: false }),
];
