import type { Flaw } from "./_document.ts"

const BOM = "\uFEFF"

/** The text of a configuration file. Byte order mark and line ends stay in it. */
export function textOf(bytes: Uint8Array): string | Flaw {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    const readable = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes)
    const offset = readable.indexOf("\uFFFD")
    return {
      offset: offset < 0 ? null : offset,
      key: null,
      expected: "UTF-8 is expected; save the file as UTF-8",
    }
  }
}

/** The text without its byte order mark, and the mark. */
export function withoutMark(text: string): { readonly mark: string; readonly body: string } {
  return text.startsWith(BOM) ? { mark: BOM, body: text.slice(1) } : { mark: "", body: text }
}
