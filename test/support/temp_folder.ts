import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"

/** An empty folder that is removed with the test's scope. */
export const tempFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "oncue-test-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true })),
)
