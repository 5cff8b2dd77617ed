import { layer } from "../../../adapters/sqlite/session_store.ts"
import { sessionStoreContract } from "../../contracts/session_store.ts"
import { inTempFolder } from "./_folder.ts"

sessionStoreContract("sqlite", () => inTempFolder((file) => layer({ file })))
