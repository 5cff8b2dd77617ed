import { layer } from "../../../adapters/memory/item_index.ts"
import { itemIndexContract } from "../../contracts/item_index.ts"

itemIndexContract("memory", () => layer)
