import { layer } from "../../../adapters/memory/subtitle_reader.ts"
import { subtitleReaderContract } from "../../contracts/subtitle_reader.ts"

subtitleReaderContract("memory", layer)
