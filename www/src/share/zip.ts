// The files as a ZIP archive, saved by the browser.

import { strToU8, zipSync } from "fflate";
import type { File } from "../state/files";

export function saveZip(files: readonly File[]): void {
  const entries = Object.fromEntries(files.map((file) => [safe(file.name), strToU8(file.text)]));
  const url = URL.createObjectURL(new Blob([zipSync(entries) as BlobPart], { type: "application/zip" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "netpol.zip";
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A name that unpacks inside its folder, whatever a link made of it. */
function safe(name: string): string {
  const parts = name.split(/[\\/]+/).filter((part) => part !== "" && part !== "." && part !== "..");
  return parts.join("/") || "file.yaml";
}
