// The bar between files and answers: dragged, or moved with the arrow keys.

import { signal } from "@preact/signals";

const share = signal(44);

export function Splitter() {
  const set = (percent: number) => {
    share.value = Math.min(75, Math.max(25, Math.round(percent)));
    document.documentElement.style.setProperty("--files-share", `${share.value}%`);
  };
  const drag = (event: PointerEvent) => {
    if (event.buttons === 1) set((event.clientX / innerWidth) * 100);
  };
  return (
    <div class="splitter" role="separator" aria-orientation="vertical" aria-label="Width of the files" tabIndex={0}
      aria-valuenow={share.value} aria-valuemin={25} aria-valuemax={75}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)} onPointerMove={drag}
      onKeyDown={(event) => {
        const step = { ArrowLeft: -3, ArrowRight: 3 }[event.key];
        if (step) set(share.value + step);
      }} />
  );
}
