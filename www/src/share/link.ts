// The page's state as text for a link: JSON, deflated, in base64url. It stays in the fragment,
// which browsers do not send anywhere.

import type { File } from "../state/files";
import type { Options } from "../state/options";
import type { Question } from "../state/question";

export interface Shared {
  files: readonly File[];
  options?: Options;
  question?: Question;
  pane?: string;
}

const PREFIX = "#v1=";
/** Beyond these a link is not opened: a few letters could otherwise unpack into gigabytes. */
export const LONGEST_LINK = 4_000_000;
export const LONGEST_TEXT = 16_000_000;

export async function pack(shared: Shared): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(shared));
  const squeezed = await collect(stream(bytes).pipeThrough(new CompressionStream("deflate-raw")), Infinity);
  return PREFIX + base64url(squeezed);
}

/** Null where the fragment is no link of ours. Throws a sentence where it is a broken one. */
export async function unpack(fragment: string): Promise<Shared | null> {
  if (!fragment.startsWith("#v")) return null;
  if (!fragment.startsWith(PREFIX)) throw new Error("This link was made by a newer version of the page.");
  if (fragment.length > LONGEST_LINK) throw new Error("This link is too long to be opened.");
  let text: string;
  try {
    const bytes = fromBase64url(fragment.slice(PREFIX.length));
    const plain = await collect(stream(bytes).pipeThrough(new DecompressionStream("deflate-raw")), LONGEST_TEXT);
    text = new TextDecoder("utf-8", { fatal: true }).decode(plain);
  } catch (fault) {
    if (fault instanceof TooLong) throw new Error("This link unpacks into more text than the page opens.");
    throw new Error("This link is broken: part of it may be missing.");
  }
  const shared = read(text);
  if (!shared) throw new Error("This link does not hold what this page shares.");
  return shared;
}

/** Takes only what has the right shape. */
export function read(json: string): Shared | null {
  let it: unknown;
  try {
    it = JSON.parse(json);
  } catch {
    return null;
  }
  if (!isRecord(it) || !Array.isArray(it.files)) return null;
  const files: File[] = [];
  const names = new Set<string>();
  for (const file of it.files as unknown[]) {
    if (!isRecord(file) || typeof file.name !== "string" || typeof file.text !== "string") return null;
    if (names.has(file.name)) return null;
    names.add(file.name);
    files.push({ name: file.name, text: file.text });
  }
  const shared: Shared = { files };
  if (isRecord(it.options)) shared.options = it.options as Options;
  if (typeof it.pane === "string") shared.pane = it.pane;
  const asked = it.question;
  if (isRecord(asked)) {
    const text = (key: string) => (typeof asked[key] === "string" ? (asked[key] as string) : "");
    shared.question = { from: text("from"), to: text("to"), port: text("port"), protocol: text("protocol") || "TCP" };
  }
  return shared;
}

function isRecord(it: unknown): it is Record<string, unknown> {
  return typeof it === "object" && it !== null && !Array.isArray(it);
}

class TooLong extends Error {}

function stream(bytes: Uint8Array): ReadableStream<BufferSource> {
  return new Blob([bytes as BlobPart]).stream() as ReadableStream<BufferSource>;
}

async function collect(from: ReadableStream<BufferSource>, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = from.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const part = value as Uint8Array;
    length += part.length;
    if (length > most) {
      await reader.cancel();
      throw new TooLong();
    }
    parts.push(part);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function base64url(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64url(text: string): Uint8Array {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}
