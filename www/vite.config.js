import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { writeKeeper } from "./offline/write.mjs";

// The npm package next door: the page runs the very build that is published.
const pkg = process.env.NETPOL_PKG ?? fileURLToPath(new URL("../pkg", import.meta.url));

// Only what this folder serves, and WebAssembly; nothing inline, nothing from elsewhere.
const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

export default defineConfig({
  base: "./",
  resolve: { alias: { "netpol/web": `${pkg}/web.js` } },
  server: { fs: { allow: ["..", pkg] } },
  worker: { format: "es" },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
  plugins: [
    {
      name: "offline",
      apply: "build",
      async writeBundle({ dir }) {
        await writeKeeper(dir);
      },
    },
    {
      name: "content-security-policy",
      apply: "build",
      transformIndexHtml: () => [
        { tag: "meta", attrs: { "http-equiv": "Content-Security-Policy", content: policy }, injectTo: "head-prepend" },
      ],
    },
  ],
});
