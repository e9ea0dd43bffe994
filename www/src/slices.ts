// Work in slices: between two of them the browser may draw, and answer to keys and pointers.

import { useEffect, useState } from "preact/hooks";

const channel = new MessageChannel();
const queue: (() => void)[] = [];
channel.port1.onmessage = () => queue.shift()?.();

/** Runs `act` in a task of its own, as soon as there is room for it. */
export function soon(act: () => void): void {
  queue.push(act);
  channel.port2.postMessage(null);
}

/** Ends the slice that awaits it. */
export function pause(): Promise<void> {
  return new Promise(soon);
}

/** How many of `total` things are to be drawn by now: `step` more in each slice. */
export function useSlices(total: number, step: number): number {
  const [slices, setSlices] = useState(1);
  useEffect(() => {
    if (slices * step < total) void drawn().then(() => setSlices(slices + 1));
  }, [slices, total, step]);
  return Math.min(slices * step, total);
}

/** When what has changed so far is drawn; soon, too, where nothing is ever drawn, as in a hidden tab. */
export function drawn(): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, 200);
    requestAnimationFrame(() => soon(() => {
      clearTimeout(late);
      resolve();
    }));
  });
}
