import { assert, describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { boundaryOf, MultipartReader } from "../../../adapters/http/_multipart.ts"
import { rawRequestSample } from "../../support/samples.ts"

const LIMITS = { keep: ["payload"], partBytesMax: 100_000, partsMax: 10 }
const part = (name: string, body: string | Buffer, more = "") =>
  Buffer.concat([
    Buffer.from(`--B\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`),
    Buffer.from(body),
    Buffer.from("\r\n"),
  ])
const END = Buffer.from("--B--\r\n")

function read(body: Buffer, cuts: ReadonlyArray<number> = [], limits = LIMITS) {
  const reader = new MultipartReader("B", limits)
  let from = 0
  for (const cut of [...cuts, body.length]) {
    reader.push(body.subarray(from, cut))
    from = cut
  }
  return reader.end()
}

const texts = (result: ReturnType<typeof read>) =>
  result._tag === "Parts"
    ? result.parts.map((one) => `${one.name}=${Buffer.from(one.bytes).toString()}`)
    : result

describe("boundaryOf()", () => {
  it("finds it quoted, bare and among other parameters", () => {
    expect(boundaryOf("multipart/form-data; boundary=abc")).toBe("abc")
    expect(boundaryOf('multipart/form-data; charset=utf-8; BOUNDARY="a b"')).toBe("a b")
    expect(boundaryOf("multipart/form-data")).toBeNull()
    expect(boundaryOf("multipart/form-data; boundary=")).toBeNull()
  })
})

describe("MultipartReader", () => {
  for (const name of ["webhook/raw-multipart-with-thumb.http", "webhook/raw-multipart-no-thumb.http"]) {
    it(`reads ${name} wherever it is cut`, () => {
      const { body, contentType } = rawRequestSample(name)
      const boundary = boundaryOf(contentType) ?? ""
      let payload = ""
      for (let cut = 0; cut <= body.length; cut++) {
        const reader = new MultipartReader(boundary, LIMITS)
        reader.push(body.subarray(0, cut))
        reader.push(body.subarray(cut))
        const result = reader.end()
        assert(result._tag === "Parts", `cut at ${cut}`)
        payload ||= Buffer.from(result.parts[0]?.bytes ?? "").toString()
        expect(Buffer.from(result.parts[0]?.bytes ?? "").toString()).toBe(payload)
      }
      expect(JSON.parse(payload).event).toMatch(/^media\./)
    })
  }

  it.prop(
    "gives the same parts for every way of cutting",
    [Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 300 })))],
    ([cuts]) => {
      const body = Buffer.concat([
        part("a", "one\r\n--\r\nnot"),
        part("payload", "\r\n\r\n{}\r\n"),
        part("thumb", Buffer.alloc(60, 45)),
        END,
      ])
      const sorted = [...cuts].map((cut) => Math.min(cut, body.length)).sort((a, b) => a - b)
      expect(texts(read(body, sorted))).toEqual(["payload=\r\n\r\n{}\r\n"])
      return true
    },
  )

  it("keeps an empty part, and the first of two in order", () => {
    expect(texts(read(Buffer.concat([part("payload", ""), END])))).toEqual(["payload="])
    expect(texts(read(Buffer.concat([part("payload", "1"), part("payload", "2"), END])))).toEqual([
      "payload=1",
      "payload=2",
    ])
  })

  it("tells a file part from a field", () => {
    const result = read(Buffer.concat([part("payload", "{}", '; filename="p.json"'), END]))
    expect(result._tag === "Parts" && result.parts[0]?.fileName !== null).toBe(true)
  })

  it("refuses a body that ends before its closing boundary", () => {
    expect(read(part("payload", "{}"))._tag).toBe("Malformed")
    expect(read(Buffer.from(""))._tag).toBe("Malformed")
    expect(read(Buffer.concat([part("payload", "{}"), Buffer.from("--B")]))._tag).toBe("Malformed")
  })

  it("refuses a part past the limit and takes one at it", () => {
    const limits = { ...LIMITS, partBytesMax: 10 }
    expect(texts(read(Buffer.concat([part("payload", "x".repeat(10)), END]), [], limits))).toEqual([
      "payload=xxxxxxxxxx",
    ])
    expect(read(Buffer.concat([part("payload", "x".repeat(11)), END]), [], limits)._tag).toBe("TooLarge")
    expect(
      read(Buffer.concat([part("thumb", "x".repeat(999)), part("payload", "1"), END]), [], limits)._tag,
    ).toBe("Parts")
  })

  it("refuses too many parts and endless headers", () => {
    expect(read(Buffer.concat([...Array.from({ length: 11 }, () => part("a", "")), END]))._tag).toBe(
      "TooLarge",
    )
    expect(read(Buffer.from(`--B\r\n${"x: y\r\n".repeat(4000)}`))._tag).toBe("Malformed")
  })
})
