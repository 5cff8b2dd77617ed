import { defineConfig } from "vitest/config"

/** Tests that start processes, browsers or whole servers; each file gets a thread of its own. */
const WHOLE = ["test/app/**/*.test.ts", "test/adapters/web/**/*.test.ts"]

export default defineConfig({
  test: {
    pool: "threads",
    maxWorkers: 2,
    // Generous: a time-out is there to end what hangs, and a busy machine starts a process many times slower.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: "whole", include: WHOLE } },
      // The rest shares its threads, since loading the same modules for each file takes as long as running the tests.
      {
        extends: true,
        test: { name: "parts", include: ["test/**/*.test.ts"], exclude: WHOLE, isolate: false },
      },
    ],
  },
})
