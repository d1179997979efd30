import { defineConfig } from "vitest/config";

const ALONE = ["e2e/sign_in.e2e.ts"];
const patience = { environment: "node", testTimeout: 120_000, hookTimeout: 120_000 } as const;

export default defineConfig({
  test: {
    // One server and one browser for all: a page draws in a process of its own, so two files at once keep two cores busy.
    globalSetup: "e2e/shared.ts",
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...patience,
          name: "side by side",
          include: ["e2e/**/*.e2e.ts"],
          exclude: ALONE,
          sequence: { groupOrder: 0 },
        },
      },
      // Signs everybody out.
      { test: { ...patience, name: "alone", include: ALONE, sequence: { groupOrder: 1 } } },
    ],
  },
});
