import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const remove = (folder: string) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
const make = Effect.sync(() => mkdtempSync(join(tmpdir(), "oncue-")))

/** A folder that is gone at the end of the scope. */
export const tempFolder = Effect.acquireRelease(make, remove)

/** The layer of a database in a folder of its own, which is gone when the layer is. */
export const inTempFolder = <A, E>(layer: (file: string) => Layer.Layer<A, E>): Layer.Layer<A, E> =>
  Layer.unwrap(Effect.map(tempFolder, (folder) => layer(join(folder, "oncue.db"))))
