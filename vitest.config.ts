import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    pool: "threads",
    maxWorkers: 2,
    // Generous: a time-out is there to end what hangs, and a busy machine starts a process many times slower.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
