import { layer } from "../../../adapters/memory/pin_store.ts"
import { pinStoreContract } from "../../contracts/pin_store.ts"

pinStoreContract("memory", () => layer)
