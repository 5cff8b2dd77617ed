/**
 * Reads multipart/form-data while it arrives. Only the parts that are asked for are kept, everything else is looked
 * through for the boundary and forgotten, so that a large picture costs no memory. The web-standard form parser needs
 * many times as long for the small bodies that Plex sends.
 */

export interface MultipartPart {
  readonly name: string
  readonly fileName: string | null
  readonly bytes: Uint8Array
}

export interface MultipartLimits {
  /** Names of the parts to keep; null keeps all. */
  readonly keep: ReadonlyArray<string> | null
  /** Largest part, in bytes, among those kept. */
  readonly partBytesMax: number
  readonly partsMax: number
}

export type MultipartResult =
  | { readonly _tag: "Parts"; readonly parts: ReadonlyArray<MultipartPart> }
  | { readonly _tag: "Malformed"; readonly reason: string }
  | { readonly _tag: "TooLarge"; readonly reason: string }

const PART_HEADER_BYTES_MAX = 16 * 1024
const NAME = /;\s*name=(?:"([^"]*)"|([^\s;]+))/i
const FILE_NAME = /;\s*filename\*?=/i

/** The boundary of a multipart Content-Type; null when there is none that RFC 2046 allows. */
export function boundaryOf(contentType: string): string | null {
  const match = /;\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType)
  return match?.[1] ?? match?.[2] ?? null
}

interface OpenPart {
  readonly name: string
  readonly fileName: string | null
  readonly kept: boolean
  readonly pieces: Array<Buffer>
  size: number
}

const NOTHING = Buffer.alloc(0)
const LINE_BREAK = Buffer.from("\r\n", "latin1")

/** Feed it the body piece by piece, then ask for the result. */
export class MultipartReader {
  readonly #delimiter: Buffer
  readonly #limits: MultipartLimits
  readonly #parts: Array<MultipartPart> = []
  /** A delimiter begins with a line break; the first one may lack it, so it is put before the body. */
  #rest: Buffer = LINE_BREAK
  #state: "preamble" | "after" | "headers" | "body" | "ended" = "preamble"
  #open: OpenPart | null = null
  #count = 0
  #problem: MultipartResult | null = null

  constructor(boundary: string, limits: MultipartLimits) {
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, "utf8")
    this.#limits = limits
  }

  /** True once nothing that may still come can change the result. */
  get over(): boolean {
    return this.#problem !== null
  }

  push(chunk: Uint8Array): void {
    if (this.#problem !== null || this.#state === "ended") return
    const piece = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    let data = this.#isPlainBegin(piece) ? this.#skipFirst(piece) : this.#withRest(piece)
    this.#rest = NOTHING
    for (;;) {
      const next = this.#advance(data)
      if (next === null) return
      data = next
    }
  }

  #withRest(piece: Buffer): Buffer {
    return this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece])
  }

  /** Nearly every body begins with its first delimiter, and then nothing has to be copied to find it. */
  #isPlainBegin(piece: Buffer): boolean {
    if (this.#rest !== LINE_BREAK) return false
    const length = this.#delimiter.length - LINE_BREAK.length
    return piece.length >= length && this.#delimiter.compare(piece, 0, length, LINE_BREAK.length) === 0
  }

  #skipFirst(piece: Buffer): Buffer {
    this.#state = "after"
    return piece.subarray(this.#delimiter.length - LINE_BREAK.length)
  }

  end(): MultipartResult {
    if (this.#problem !== null) return this.#problem
    if (this.#state !== "ended")
      return { _tag: "Malformed", reason: "The body ends before its closing boundary" }
    return { _tag: "Parts", parts: this.#parts }
  }

  /** Takes one step; answers what is left to look at, or null when more bytes are needed. */
  #advance(data: Buffer): Buffer | null {
    switch (this.#state) {
      case "preamble":
      case "body":
        return this.#seekDelimiter(data)
      case "after":
        return this.#afterDelimiter(data)
      case "headers":
        return this.#readHeaders(data)
      case "ended":
        return null
    }
  }

  #seekDelimiter(data: Buffer): Buffer | null {
    const at = data.indexOf(this.#delimiter)
    if (at === -1) {
      const safe = Math.max(0, data.length - this.#delimiter.length + 1)
      this.#content(data.subarray(0, safe))
      this.#rest = data.subarray(safe)
      return null
    }
    this.#content(data.subarray(0, at))
    this.#close()
    this.#state = "after"
    return this.#problem === null ? data.subarray(at + this.#delimiter.length) : null
  }

  #afterDelimiter(data: Buffer): Buffer | null {
    if (data.length < 2) return this.#wait(data)
    if (data[0] === 0x2d && data[1] === 0x2d) {
      this.#state = "ended"
      return null
    }
    const lineEnd = data.indexOf("\r\n", 0, "latin1")
    if (lineEnd === -1)
      return data.length > 200 ? this.#fail("A boundary is not followed by a line break") : this.#wait(data)
    if (data.subarray(0, lineEnd).some((byte) => byte !== 0x20 && byte !== 0x09)) {
      return this.#fail("A boundary is not followed by a line break")
    }
    this.#state = "headers"
    return data.subarray(lineEnd)
  }

  #readHeaders(data: Buffer): Buffer | null {
    const at = data.indexOf("\r\n\r\n", 0, "latin1")
    if (at === -1)
      return data.length > PART_HEADER_BYTES_MAX
        ? this.#fail("The headers of a part are too long")
        : this.#wait(data)
    if (at > PART_HEADER_BYTES_MAX) return this.#fail("The headers of a part are too long")
    if (++this.#count > this.#limits.partsMax) {
      this.#problem = { _tag: "TooLarge", reason: `More than ${this.#limits.partsMax} parts` }
      return null
    }
    const headers = data.toString("utf8", 0, at)
    const disposition = headers.split("\r\n").find((line) => /^content-disposition\s*:/i.test(line)) ?? ""
    const name = NAME.exec(disposition)
    const part = name?.[1] ?? name?.[2] ?? ""
    this.#open = {
      name: part,
      fileName: FILE_NAME.test(disposition) ? "" : null,
      kept: this.#limits.keep === null || this.#limits.keep.includes(part),
      pieces: [],
      size: 0,
    }
    this.#state = "body"
    // The empty line's second line break is left in place: it may begin the delimiter of an empty part.
    return data.subarray(at + 2)
  }

  #content(bytes: Buffer): void {
    const open = this.#open
    if (open === null || !open.kept || bytes.length === 0) return
    open.size += bytes.length
    if (open.size > this.#limits.partBytesMax + 2) {
      this.#problem = {
        _tag: "TooLarge",
        reason: `The part "${open.name}" is larger than ${this.#limits.partBytesMax} bytes`,
      }
      return
    }
    open.pieces.push(bytes)
  }

  #close(): void {
    const open = this.#open
    this.#open = null
    if (open === null || !open.kept) return
    const whole = open.pieces.length === 1 ? (open.pieces[0] as Buffer) : Buffer.concat(open.pieces)
    // The first two bytes are the line break that ends the headers (see #readHeaders).
    this.#parts.push({ name: open.name, fileName: open.fileName, bytes: whole.subarray(2) })
  }

  #wait(data: Buffer): null {
    this.#rest = data
    return null
  }

  #fail(reason: string): null {
    this.#problem = { _tag: "Malformed", reason }
    return null
  }
}
