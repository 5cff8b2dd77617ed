import { layer as memory } from "../../../adapters/memory/release_names.ts"
import { layer } from "../../../adapters/release_names/release_names.ts"
import { releaseNamesContract } from "../../contracts/release_names.ts"

releaseNamesContract("@ctrl/video-filename-parser", layer)
releaseNamesContract("memory", memory)
