import { layer } from "../../../adapters/memory/subtitle_ledger.ts"
import { subtitleLedgerContract } from "../../contracts/subtitle_ledger.ts"

subtitleLedgerContract("memory", () => layer)
