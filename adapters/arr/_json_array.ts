/**
 * Cuts the elements out of a JSON array as it arrives, so that a list of ten thousand films (80 MB) never lies in memory
 * whole. It counts brackets and texts and leaves the rest to `JSON.parse`.
 */
export class JsonArrayReader {
  #depth = 0
  #inText = false
  #escaped = false
  #state: "before" | "inside" | "after" | "broken" = "before"
  #kept: Array<Uint8Array> = []
  #keptBytes = 0
  readonly #elementBytesMax: number
  readonly #onElement: (text: string) => void

  constructor(elementBytesMax: number, onElement: (text: string) => void) {
    this.#elementBytesMax = elementBytesMax
    this.#onElement = onElement
  }

  /** True once the closing bracket has been seen. */
  get isComplete(): boolean {
    return this.#state === "after"
  }

  /** True when this is no JSON array, or an element of it is over the limit. */
  get isBroken(): boolean {
    return this.#state === "broken"
  }

  push(chunk: Uint8Array): void {
    if (this.isBroken) return
    let start = 0
    for (let index = 0; index < chunk.length; index += 1) {
      const byte = chunk[index]!
      if (this.#inText) {
        if (this.#escaped) this.#escaped = false
        else if (byte === BACKSLASH) this.#escaped = true
        else if (byte === QUOTE) this.#inText = false
        continue
      }
      if (this.#state !== "inside") {
        if (isSpace(byte) || (this.#state === "before" && BYTE_ORDER_MARK.includes(byte))) continue
        this.#state = this.#state === "before" && byte === OPEN ? "inside" : "broken"
        start = index + 1
        continue
      }
      if (byte === QUOTE) this.#inText = true
      else if (byte === OPEN || byte === OPEN_BRACE) this.#depth += 1
      else if (this.#depth > 0 && (byte === CLOSE || byte === CLOSE_BRACE)) this.#depth -= 1
      else if (this.#depth === 0 && (byte === COMMA || byte === CLOSE)) {
        this.#keep(chunk.subarray(start, index))
        if (this.isBroken) return
        this.#emit()
        start = index + 1
        if (byte === CLOSE) this.#state = "after"
      }
    }
    if (this.#state === "inside") this.#keep(chunk.slice(start))
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#kept.push(bytes)
    this.#keptBytes += bytes.length
    if (this.#keptBytes > this.#elementBytesMax) this.#state = "broken"
  }

  #emit(): void {
    const text = Buffer.concat(this.#kept).toString("utf8").trim()
    this.#kept = []
    this.#keptBytes = 0
    if (text !== "") this.#onElement(text)
  }
}

const QUOTE = 0x22
const COMMA = 0x2c
const OPEN = 0x5b
const BACKSLASH = 0x5c
const CLOSE = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const BYTE_ORDER_MARK: ReadonlyArray<number> = [0xef, 0xbb, 0xbf]

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}
