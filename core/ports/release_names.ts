import * as Context from "effect/Context"
import type { ReleaseName } from "../media/release_name.ts"

/**
 * Reads the names of releases and files. Total and quick for any text: what cannot be told is left empty, and names
 * longer than `RELEASE_NAME_CHARS_MAX` are cut.
 */
export class ReleaseNames extends Context.Service<
  ReleaseNames,
  {
    /** `kind` decides what a number means: a year in a film's name, an episode in a show's. */
    readonly parse: (name: string, kind: "movie" | "episode") => ReleaseName
  }
>()("core/ports/ReleaseNames") {}
