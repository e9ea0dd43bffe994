// Dark, light, or as the system has it.

import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";
export const theme = signal<Theme>("system");
const KEY = "netpol:theme";

export function keepTheme(): void {
  try {
    const kept = localStorage.getItem(KEY);
    if (kept === "light" || kept === "dark") theme.value = kept;
  } catch {
    // As the system has it, then.
  }
  effect(() => {
    const it = theme.value;
    if (it === "system") document.documentElement.removeAttribute("data-theme");
    else document.documentElement.dataset.theme = it;
    try {
      if (it === "system") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, it);
    } catch {
      // Not remembered, then.
    }
  });
}

export function isDark(): boolean {
  return theme.value === "dark" || (theme.value === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
}
