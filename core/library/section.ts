/** A library of a server. `id` is the section key, which survives a rename; `uuid` tells a re-created one apart. */
export interface Section {
  readonly id: string
  readonly uuid: string
  readonly title: string
  readonly type: "movie" | "show" | "other"
  readonly agent: string
  readonly scanner: string
  readonly language: string
  /** Unix seconds. */
  readonly updatedAt: number
  readonly createdAt: number
  /** Folders as the server sees them. */
  readonly locations: ReadonlyArray<string>
}
