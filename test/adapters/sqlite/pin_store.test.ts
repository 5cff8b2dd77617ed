import { layer } from "../../../adapters/sqlite/pin_store.ts"
import { pinStoreContract } from "../../contracts/pin_store.ts"
import { inTempFolder } from "./_folder.ts"

pinStoreContract("sqlite", () => inTempFolder((file) => layer({ file })))
