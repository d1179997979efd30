// Fails when the first view is larger than its budget: everything that index.html needs before it can draw the first page.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const BUDGET_KB = 600;
const FIRST_VIEW = ["index.html", "src/pages/traces/traces_page.tsx"];
const built = join(dirname(fileURLToPath(import.meta.url)), "../../server/src/skylens/console/static");
const manifest = JSON.parse(readFileSync(join(built, ".vite/manifest.json"), "utf8"));

function needed(key, seen = new Set()) {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`the build has no ${key}: the budget would measure nothing`);
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const other of chunk.imports ?? []) needed(other, seen);
  return seen;
}

const chunks = new Set(FIRST_VIEW.flatMap((key) => [...needed(key)]));
const files = new Set([...chunks].flatMap((key) => [manifest[key].file, ...(manifest[key].css ?? [])]));
const sizes = [...files].map((file) => [file, gzipSync(readFileSync(join(built, file)), { level: 9 }).length / 1024]);
const total = sizes.reduce((sum, [, size]) => sum + size, 0);
for (const [file, size] of sizes.sort((a, b) => b[1] - a[1])) console.log(`${size.toFixed(1).padStart(8)} KB  ${file}`);
console.log(`${total.toFixed(1).padStart(8)} KB  first view, gzip; budget ${BUDGET_KB} KB`);
if (total > BUDGET_KB) process.exit(1);
