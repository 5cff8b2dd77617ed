import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** The tool is not there, did not come to an end, or found nothing. The subtitle is as it was. */
export class SyncFailed extends Schema.TaggedError<SyncFailed>()("SyncFailed", {
  tool: Schema.String,
  detail: Schema.String,
}) {
  override get message(): string {
    return `Cannot compare the subtitle with the sound: ${this.tool}: ${this.detail}`
  }
}

/** A program that hears where people speak in a video, for which subtitles can be put in step. */
export class SubtitleSync extends Context.Service<
  SubtitleSync,
  {
    /**
     * The subtitle, which is SRT, with the times at which the tool hears it. `tool` is the absolute path of a program.
     * Takes minutes; stops the program when it is interrupted.
     */
    readonly align: (tool: string, videoPath: string, srt: string) => Effect.Effect<string, SyncFailed>
  }
>()("core/ports/SubtitleSync") {}
