import { layer } from "../../../adapters/sqlite/subtitle_ledger.ts"
import { subtitleLedgerContract } from "../../contracts/subtitle_ledger.ts"
import { inTempFolder } from "./_folder.ts"

subtitleLedgerContract("sqlite", () => inTempFolder((file) => layer({ file })))
