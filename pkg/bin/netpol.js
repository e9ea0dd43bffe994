#!/usr/bin/env node
// The command line in Node: the same Rust as the native program, compiled to wasm, over this host.
// What fails throws a string: a system's error code, a blank, its words. A CommonJS module, for
// those start some milliseconds sooner.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const process = require("node:process");
const tty = require("node:tty");
const v8 = require("node:v8");
// A check of some files runs each function a few times: optimising them costs more than it saves
// until there is a lot of work. Flags that a version of V8 does not know are passed over.
v8.setFlagsFromString("--wasm-tiering-budget=100000000");
const { run } = require("../dist/cli/netpol.js");

const host = {
  read(file, most) {
    return tell(() => {
      const descriptor = fs.openSync(file, "r");
      try {
        const found = fs.fstatSync(descriptor);
        if (found.isFile() && found.size > most) throw "TOOLARGE ";
        return all(descriptor, most);
      } finally {
        fs.closeSync(descriptor);
      }
    });
  },
  readStdin: (most) => tell(() => all(0, most)),
  isDirectory: (file) => tell(() => fs.statSync(file).isDirectory()),
  list(directory) {
    return tell(() => {
      const names = [];
      for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
        if (entry.isDirectory()) names.push(`${entry.name}/`);
        else if (!(entry.isSymbolicLink() && isDirectory(path.join(directory, entry.name)))) names.push(entry.name);
      }
      return names;
    });
  },
  replace(file, before, now) {
    tell(() => {
      const target = fs.realpathSync(file);
      const { mode } = fs.statSync(target);
      if ((mode & 0o222) === 0) throw "READONLY ";
      beside(target, now, mode, () => {
        if (!fs.readFileSync(target).equals(before)) throw "CHANGED ";
      });
    });
  },
  create(file, bytes, over) {
    tell(() => {
      if (!over && fs.lstatSync(file, { throwIfNoEntry: false })) throw "EEXIST ";
      const found = fs.statSync(file, { throwIfNoEntry: false });
      beside(found ? fs.realpathSync(file) : file, bytes, undefined, () => {});
    });
  },
  print(stream, text) {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) {
      try {
        at += fs.writeSync(stream, bytes, at);
      } catch (error) {
        // A reader that went away (`netpol check | head`) is no reason to fail.
        if (error.code !== "EAGAIN") return;
        pause();
      }
    }
  },
  env: (name) => process.env[name],
  cwd: () => process.cwd().replaceAll(path.sep, "/"),
  isTerminal: (stream) => tty.isatty(stream),
  today: () => new Date().toISOString().slice(0, 10),
  milliseconds: () => Date.now(),
};

/// Everything a descriptor gives, if it is not too much: a device may never end.
function all(descriptor, most) {
  const chunks = [];
  let size = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(1 << 16);
    let read;
    try {
      read = fs.readSync(descriptor, chunk, 0, chunk.length, null);
    } catch (error) {
      if (error.code === "EAGAIN") {
        pause();
        continue;
      }
      if (error.code === "EOF") break;
      throw error;
    }
    if (read === 0) break;
    size += read;
    if (size > most) throw "TOOLARGE ";
    chunks.push(chunk.subarray(0, read));
  }
  return Buffer.concat(chunks, size);
}

/// Writes beside the target, makes it durable, and renames it over the target if `agrees` does
/// not throw.
function beside(target, bytes, mode, agrees) {
  const name = path.join(path.dirname(target), `.${path.basename(target)}.netpol-${process.pid}`);
  try {
    const descriptor = fs.openSync(name, "wx");
    try {
      if (mode !== undefined) fs.fchmodSync(descriptor, mode);
      for (let at = 0; at < bytes.length; ) at += fs.writeSync(descriptor, bytes, at);
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    agrees();
    fs.renameSync(name, target);
  } catch (error) {
    if (error.code !== "EEXIST") fs.rmSync(name, { force: true });
    throw error;
  }
}

function isDirectory(file) {
  try {
    return fs.statSync(file).isDirectory();
  } catch {
    return false;
  }
}

function tell(act) {
  try {
    return act();
  } catch (error) {
    throw typeof error === "string" ? error : `${error.code ?? ""} ${error.message}`;
  }
}

/// A descriptor that cannot go on just now is asked again a little later.
function pause() {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
}

process.exitCode = run(process.argv.slice(2), host);
