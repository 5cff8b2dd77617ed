import { layer } from "../../../adapters/memory/journal.ts"
import { journalContract } from "../../contracts/journal.ts"

journalContract("memory", () => layer)
