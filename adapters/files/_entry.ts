/** A file in an archive, as the archive describes it. Nothing of it is to be believed. */
export interface Entry {
  readonly name: string
  /** Size after unpacking. */
  readonly bytes: number
  readonly isEncrypted: boolean
}

export interface Archive {
  readonly entries: ReadonlyArray<Entry>
  readonly read: (entry: Entry) => Promise<Uint8Array>
}
