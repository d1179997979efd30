// Writes .br and .gz beside every text file of the build, so that the server compresses nothing while it serves.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin, ResolvedConfig } from "vite";

const TEXT = /\.(js|css|svg)$/;
// Below about a packet, compression saves nothing that a client would notice.
const WORTH_IT = 1024;

export function precompress(): Plugin {
  let config: ResolvedConfig;
  return {
    name: "skylens-precompress",
    apply: "build",
    configResolved: (resolved) => {
      config = resolved;
    },
    closeBundle: () => {
      for (const file of textFiles(join(config.build.outDir, config.build.assetsDir))) {
        const content = readFileSync(file);
        if (content.length < WORTH_IT) continue;
        writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
        writeFileSync(
          `${file}.br`,
          brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }),
        );
      }
    },
  };
}

function textFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => TEXT.test(name))
    .map((name) => join(folder, name));
}
