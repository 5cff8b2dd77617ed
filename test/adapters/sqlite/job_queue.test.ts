import { layer } from "../../../adapters/sqlite/job_queue.ts"
import { jobQueueContract } from "../../contracts/job_queue.ts"
import { inTempFolder } from "./_folder.ts"

jobQueueContract("sqlite", (limits) => inTempFolder((file) => layer({ file, ...limits })))
