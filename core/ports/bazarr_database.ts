import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { BazarrProfile } from "../migration/bazarr_profile.ts"

/** `bazarr.db` cannot be used: no SQLite file, damaged, locked, or of a version without language profiles. */
export class BazarrDatabaseUnreadable extends Schema.TaggedError<BazarrDatabaseUnreadable>()(
  "BazarrDatabaseUnreadable",
  { file: Schema.String, reason: Schema.String },
) {
  override get message(): string {
    return `Cannot read Bazarr's database ${this.file}: ${this.reason}`
  }
}

/** Language profiles that are read; Bazarr itself shows far fewer. */
export const BAZARR_PROFILES_MAX = 200

/** What Bazarr keeps outside its configuration file. */
export class BazarrDatabase extends Context.Service<
  BazarrDatabase,
  {
    /** The language profiles, at most `BAZARR_PROFILES_MAX`, by id. The file and its folder are not touched. */
    readonly profiles: (path: string) => Effect.Effect<ReadonlyArray<BazarrProfile>, BazarrDatabaseUnreadable>
  }
>()("core/ports/BazarrDatabase") {}
