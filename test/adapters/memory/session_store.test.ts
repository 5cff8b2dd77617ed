import { layer } from "../../../adapters/memory/session_store.ts"
import { sessionStoreContract } from "../../contracts/session_store.ts"

sessionStoreContract("memory", () => layer)
