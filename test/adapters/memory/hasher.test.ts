import { layer } from "../../../adapters/memory/hasher.ts"
import { hasherContract } from "../../contracts/hasher.ts"

hasherContract("memory", layer)
