import * as Effect from "effect/Effect"
import { layer } from "../../../adapters/memory/subtitle_sync.ts"
import { subtitleSyncContract } from "../../contracts/subtitle_sync.ts"

subtitleSyncContract("memory", (hears) =>
  Effect.succeed({
    layer: layer((text) => (hears ? text.replaceAll("00:00:01", "00:00:09") : null)),
    tool: "/usr/bin/alass",
    video: "/films/Sintel.mkv",
  }),
)
