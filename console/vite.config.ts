import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { devProxy } from "./vite/dev_server.ts";
import { fontFiles } from "./vite/font_files.ts";
import { precompress } from "./vite/precompress.ts";

const server = process.env.SKYLENS_ENDPOINT ?? "http://127.0.0.1:8000";

export default defineConfig({
  base: "/console/",
  plugins: [react(), fontFiles(), precompress()],
  // The server puts a fresh nonce here with every answer; the Content-Security-Policy names it.
  html: { cspNonce: "__CSP_NONCE__" },
  build: {
    outDir: "../server/src/skylens/console/static",
    emptyOutDir: true,
    target: "es2022",
    manifest: ".vite/manifest.json",
    chunkSizeWarningLimit: 1500,
  },
  server: { host: "127.0.0.1", proxy: devProxy(server) },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
