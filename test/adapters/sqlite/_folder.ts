import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { tempFolder } from "../../support/temp_folder.ts"

/** The layer of a database in a folder of its own, which is gone when the layer is. */
export const inTempFolder = <A, E>(layer: (file: string) => Layer.Layer<A, E>): Layer.Layer<A, E> =>
  Layer.unwrap(Effect.map(tempFolder, (folder) => layer(join(folder, "oncue.db"))))
