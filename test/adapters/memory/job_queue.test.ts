import { layer } from "../../../adapters/memory/job_queue.ts"
import { jobQueueContract } from "../../contracts/job_queue.ts"

jobQueueContract("memory", layer)
