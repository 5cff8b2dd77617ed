import { SubtitleUnreadable } from "../../core/ports/subtitle_reader.ts"

export const unreadable = (reason: SubtitleUnreadable["reason"], detail: string) =>
  new SubtitleUnreadable({ reason, detail })

/** For people: `10 MiB`. */
export const mebibytes = (bytes: number) => `${Math.floor(bytes / 1024 / 1024)} MiB`
