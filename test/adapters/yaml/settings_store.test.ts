import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layer } from "../../../adapters/yaml/settings_store.ts"
import { settingsStoreContract } from "../../contracts/settings_store.ts"
import { tempFolder } from "../../support/temp_folder.ts"

const inNewFolder = Layer.unwrap(
  Effect.map(tempFolder, (folder) =>
    layer({ file: join(folder, "config", "config.yaml"), backupsDir: join(folder, "backups") }),
  ),
)
settingsStoreContract("yaml", inNewFolder)
