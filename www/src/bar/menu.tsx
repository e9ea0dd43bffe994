// A button that opens a panel: closes on Escape, on a click elsewhere, and gives the focus back.

import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon, type IconName } from "../icons";

const openMenu = signal<string | null>(null);

export function closeMenu(): void {
  openMenu.value = null;
}

export function Menu(props: { name: string; icon: IconName; wide?: boolean; mark?: boolean; children: ComponentChildren }) {
  const { name, icon, wide, mark, children } = props;
  const root = useRef<HTMLDivElement>(null);
  const isOpen = openMenu.value === name;
  useEffect(() => {
    if (!isOpen) return;
    const away = (event: Event) => {
      if (!event.composedPath().includes(root.current as EventTarget)) closeMenu();
    };
    const key = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      closeMenu();
      root.current?.querySelector("button")?.focus();
    };
    addEventListener("pointerdown", away);
    addEventListener("keydown", key);
    return () => {
      removeEventListener("pointerdown", away);
      removeEventListener("keydown", key);
    };
  }, [isOpen]);
  return (
    <div class="menu" ref={root}>
      <button class="quiet" aria-expanded={isOpen} aria-controls={`menu-${name}`} title={name}
        onClick={() => (openMenu.value = isOpen ? null : name)}>
        <Icon name={icon} />
        <span class="label">{name}</span>
        {mark && <span class="dot" title="changed" />}
      </button>
      {isOpen && <div id={`menu-${name}`} class={wide ? "panel wide" : "panel"} role="group" aria-label={name}>{children}</div>}
    </div>
  );
}
