import { layer } from "../../../adapters/sqlite/state_store.ts"
import { stateStoreContract } from "../../contracts/state_store.ts"
import { inTempFolder } from "./_folder.ts"

stateStoreContract("sqlite", () => inTempFolder((file) => layer({ file })))
