// Asks the worker, one question at a time. A newer question on the same topic takes the place of
// one that still waits, so that typing never builds a queue.

import { signal } from "@preact/signals";
import type { EngineError } from "./shapes";

export class Refused extends Error {
  constructor(readonly fault: EngineError) {
    super(fault.message);
  }
}

interface Job {
  id: number;
  topic: string;
  method: string;
  request: unknown;
  resolve: (answer: unknown) => void;
  reject: (fault: Error) => void;
}

/** What keeps the engine from answering at all, if anything does. */
export const broken = signal<string | null>(null);
export const loaded = signal(false);

let worker: Worker | null = null;
let current: Job | null = null;
let waiting: Job[] = [];
let resting = false;
let last = 0;

function start(): Worker {
  const it = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "netpol" });
  it.addEventListener("message", receive);
  it.addEventListener("error", () => stop("the engine could not be loaded"));
  return it;
}

/** Starts loading the module. */
export function load(): void {
  worker ??= start();
}

/**
 * Asks `method`. Gives null where a newer question on the same topic made this one pointless.
 */
export function ask<T>(method: string, request: unknown, topic: string = `${method}-${last + 1}`): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const stale = waiting.filter((job) => job.topic === topic);
    waiting = waiting.filter((job) => job.topic !== topic);
    for (const job of stale) job.resolve(null);
    const job = { id: ++last, topic, method, request, resolve: resolve as (answer: unknown) => void, reject };
    if (method === "check") waiting.unshift(job);
    else waiting.push(job);
    // What is asked in the same breath goes by its rank, not by who was first.
    queueMicrotask(next);
  });
}

/** Asks nothing before `until`: the worker would take a part of the processor from what is drawn just now. */
export function rest(until: Promise<void>): void {
  resting = true;
  void until.then(() => {
    resting = false;
    next();
  });
}

function next(): void {
  if (current !== null || resting) return;
  const job = waiting.shift();
  if (job === undefined) return;
  current = job;
  worker ??= start();
  worker.postMessage({ id: job.id, method: job.method, request: job.request });
}

function receive(event: MessageEvent<{ id: number; answer?: unknown; fault?: string }>): void {
  const { id, answer, fault } = event.data;
  if (id === 0) {
    if (fault === undefined) loaded.value = true;
    else stop("the engine could not be loaded");
    return;
  }
  const job = current;
  if (job === null || job.id !== id) return;
  current = null;
  if (fault !== undefined) {
    worker?.terminate();
    worker = null;
    job.reject(new Refused({ code: "stopped", message: "the engine stopped on this input", at: null }));
  } else {
    const error = (answer as { error?: EngineError }).error;
    if (error) job.reject(new Refused(error));
    else job.resolve(answer);
  }
  next();
}

function stop(sentence: string): void {
  broken.value = sentence;
  const jobs = current === null ? waiting : [current, ...waiting];
  current = null;
  waiting = [];
  worker?.terminate();
  worker = null;
  for (const job of jobs) job.reject(new Refused({ code: "stopped", message: sentence, at: null }));
}
