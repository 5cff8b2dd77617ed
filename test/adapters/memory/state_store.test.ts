import { layer } from "../../../adapters/memory/state_store.ts"
import { stateStoreContract } from "../../contracts/state_store.ts"

stateStoreContract("memory", () => layer)
