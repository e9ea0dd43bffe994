// The page's few icons. Shapes differ as well as colours, so that none is told by colour alone.

import type { JSX } from "preact";
import type { Severity } from "./engine/shapes";

const line = { fill: "none", stroke: "currentColor", "stroke-width": 1.6, "stroke-linecap": "round", "stroke-linejoin": "round" } as const;

const PATHS = {
  plus: <path {...line} d="M8 3v10M3 8h10" />,
  close: <path {...line} d="M4 4l8 8M12 4l-8 8" />,
  down: <path {...line} d="M4 6.5l4 4 4-4" />,
  sun: <path {...line} d="M8 5a3 3 0 100 6 3 3 0 000-6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1" />,
  moon: <path {...line} d="M13.5 9.5A5.8 5.8 0 016.5 2.5a5.8 5.8 0 107 7z" />,
  share: <path {...line} d="M8 10V2M5 4.5L8 1.8l3 2.7M3 8.5V13h10V8.5" />,
  tune: <path {...line} d="M2 4.5h7M12 4.5h2M2 11.5h2M7 11.5h7M10.5 3v3M5.5 10v3" />,
  book: <path {...line} d="M3 2.5h8.5a1.5 1.5 0 011.5 1.5v9.5H4.5A1.5 1.5 0 013 12zM3 12a1.5 1.5 0 011.5-1.5H13M6 5.5h4" />,
  reset: <path {...line} d="M3 8a5 5 0 105-5H4.5M6.5 1L4.2 3l2.3 2" />,
  copy: <path {...line} d="M6 5.5h7.5V14H6zM10 5.5V2H2.5v8.5H6" />,
  check: <path {...line} d="M3 8.5l3.2 3L13 4.5" />,
  cross: <path {...line} d="M4 4l8 8M12 4l-8 8" />,
  question: <path {...line} d="M5.5 5.8a2.5 2.5 0 114 2c-.9.7-1.5 1.1-1.5 2.2M8 13v.1" />,
  arrow: <path {...line} d="M2.5 8h11M9.5 4l4 4-4 4" />,
  paste: <path {...line} d="M5.5 3H3.5v11h9V3h-2M5.5 1.8h5v2.6h-5zM6 8h4M6 11h2.5" />,
  spark: <path {...line} d="M8 2v4M8 10v4M2 8h4M10 8h4" />,
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      {PATHS[name]}
    </svg>
  );
}

export function SeverityIcon({ of }: { of: Severity }) {
  return (
    <svg class={`icon severity ${of}`} viewBox="0 0 16 16" aria-hidden="true">
      {of === "error" && <><circle cx="8" cy="8" r="6.5" fill="currentColor" /><path d="M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8" stroke="var(--card)" stroke-width="1.6" stroke-linecap="round" /></>}
      {of === "warning" && <><path d="M8 1.8L15 14H1z" fill="currentColor" stroke="currentColor" stroke-linejoin="round" /><path d="M8 6v4M8 12v.1" stroke="var(--card)" stroke-width="1.6" stroke-linecap="round" /></>}
      {of === "info" && <><rect x="2" y="2" width="12" height="12" rx="3" fill="none" stroke="currentColor" stroke-width="1.6" /><path d="M8 7.4V11M8 5v.1" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" /></>}
    </svg>
  );
}
