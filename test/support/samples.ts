import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"

const folder = resolve(dirname(fileURLToPath(import.meta.url)), "../samples")

/** The bytes of a recorded sample, for example `webhook/movie-media.play.json`. */
export function sampleBytes(name: string): Buffer {
  return readFileSync(join(folder, name))
}

export function sampleText(name: string): string {
  return sampleBytes(name).toString("utf8")
}

export function sampleJson(name: string): any {
  return JSON.parse(sampleText(name))
}

/** The names below a folder of samples that end in this way. */
export function sampleNames(below: string, ending: string): ReadonlyArray<string> {
  return readdirSync(join(folder, below))
    .filter((name) => name.endsWith(ending))
    .map((name) => `${below}/${name}`)
}

/** The body of a recorded raw HTTP request, with its Content-Type. */
export function rawRequestSample(name: string): { readonly contentType: string; readonly body: Buffer } {
  const bytes = sampleBytes(name)
  const end = bytes.indexOf("\r\n\r\n")
  const contentType = /^content-type:\s*(.*)$/im.exec(bytes.toString("latin1", 0, end))?.[1] ?? ""
  return { contentType: contentType.trim(), body: bytes.subarray(end + 4) }
}
