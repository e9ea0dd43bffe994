// The tasks of the page's main thread, as Chromium itself records them: how long each took, and
// what it was spent on. The browser's own list of long tasks begins at 50 ms, which is too late to
// see how near one was.

const CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline", "disabled-by-default-v8.cpu_profiler"];

/** The tasks while `act` runs, longest first; each in ms, with the parts of it that took over 2 ms. */
export async function tasks(browser, page, act) {
  await browser.startTracing(page, { categories: CATEGORIES.slice(0, process.env.PROFILE ? 3 : 2) });
  try {
    await act();
  } finally {
    var recorded = JSON.parse(await browser.stopTracing()).traceEvents;
  }
  // The browser has pages of its own.
  const frames = recorded.flatMap((it) => (it.name === "TracingStartedInBrowser" ? it.args.data.frames : it.name === "FrameCommittedInBrowser" ? [it.args.data] : []));
  const ours = new Set(frames.filter((it) => it.url?.startsWith(page.url())).map((it) => it.processId));
  const main = new Set(recorded.filter((it) => it.name === "thread_name" && it.args.name === "CrRendererMain" && ours.has(it.pid)).map((it) => `${it.pid} ${it.tid}`));
  const events = recorded.filter((it) => it.ph === "X" && main.has(`${it.pid} ${it.tid}`));
  const runs = events.filter((it) => it.name === "RunTask").sort((a, b) => b.dur - a.dur);
  return runs.slice(0, 20).map((run) => {
    const parts = events.filter((it) => it !== run && it.pid === run.pid && it.tid === run.tid && it.ts >= run.ts && it.ts + it.dur <= run.ts + run.dur && it.dur > 2000);
    return { ms: run.dur / 1000, cpu: (run.tdur ?? NaN) / 1000, at: run.ts, pid: run.pid, parts: parts.sort((a, b) => a.ts - b.ts).map(part), functions: process.env.PROFILE ? profile(recorded, run) : [] };
  });
}

function part(it) {
  const of = it.args?.data?.functionName ?? it.args?.data?.type ?? "";
  return `${it.name}${of && ` ${of}`} ${(it.dur / 1000).toFixed(0)}`;
}

/** Where the samples of a task lie, by function, in ms. */
function profile(recorded, run) {
  const chunks = recorded.filter((it) => it.name === "ProfileChunk" && it.pid === run.pid);
  const start = recorded.find((it) => it.name === "Profile" && it.pid === run.pid);
  const nodes = new Map();
  const total = new Map();
  let clock = start?.args.data.startTime ?? 0;
  for (const { args: { data } } of chunks.sort((a, b) => a.ts - b.ts)) {
    for (const node of data.cpuProfile?.nodes ?? []) nodes.set(node.id, node);
    (data.cpuProfile?.samples ?? []).forEach((id, at) => {
      const passed = data.timeDeltas?.[at] ?? 0;
      clock += passed;
      if (clock < run.ts || clock > run.ts + run.dur) return;
      const seen = new Set();
      for (let node = nodes.get(id); node; node = nodes.get(node.parent)) {
        const frame = node.callFrame;
        const name = `${frame.functionName || "(anonymous)"}:${frame.lineNumber ?? ""}:${frame.columnNumber ?? ""}`;
        if (!seen.has(name)) total.set(name, (total.get(name) ?? 0) + passed / 1000);
        seen.add(name);
      }
    });
  }
  return [...total].sort((a, b) => b[1] - a[1]).slice(0, 25).map(([name, ms]) => `${name} ${ms.toFixed(1)}`);
}
