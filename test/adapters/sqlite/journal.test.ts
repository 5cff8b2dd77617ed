import { layer } from "../../../adapters/sqlite/journal.ts"
import { journalContract } from "../../contracts/journal.ts"
import { inTempFolder } from "./_folder.ts"

journalContract("sqlite", () => inTempFolder((file) => layer({ file })))
