// Cloudscape's style sheet carries its eight fonts inside. As files, a browser fetches the two that a page uses.
import { createHash } from "node:crypto";
import type { Plugin } from "vite";

const FONT = /data:font\/woff2;base64,([A-Za-z0-9+/=]+)/g;

export function fontFiles(): Plugin {
  return {
    name: "skylens-font-files",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      for (const asset of Object.values(bundle)) {
        if (asset.type !== "asset" || !asset.fileName.endsWith(".css")) continue;
        asset.source = String(asset.source).replace(FONT, (_, content: string) => {
          const source = Buffer.from(content, "base64");
          const name = `font-${createHash("sha256").update(source).digest("hex").slice(0, 12)}.woff2`;
          this.emitFile({ type: "asset", fileName: `assets/${name}`, source });
          return name;
        });
      }
    },
  };
}
