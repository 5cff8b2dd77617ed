import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { JsonArrayReader } from "../../../adapters/arr/_json_array.ts"

function read(text: string, piece: number, elementBytesMax = 1_000_000) {
  const elements: Array<unknown> = []
  const reader = new JsonArrayReader(elementBytesMax, (one) => elements.push(JSON.parse(one)))
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += piece) reader.push(bytes.subarray(at, at + piece))
  return { elements, isComplete: reader.isComplete, isBroken: reader.isBroken }
}

describe("JsonArrayReader", () => {
  const Value = Schema.Struct({
    a: Schema.Array(Schema.NullOr(Schema.String)),
    b: Schema.Union([Schema.Int, Schema.Boolean]),
    c: Schema.Record(Schema.String, Schema.String),
  })
  const Piece = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 50 }))

  it.prop("gives what JSON.parse gives", [Schema.Array(Value), Piece], ([values, piece]) => {
    const text = JSON.stringify(values)
    const { elements, isComplete } = read(text, piece)
    assert.isTrue(isComplete)
    assert.deepStrictEqual(elements, JSON.parse(text))
  })

  it("accepts spaces, a byte order mark and an empty list", () => {
    assert.deepStrictEqual(read("\uFEFF \n[ ] \n", 3), { elements: [], isComplete: true, isBroken: false })
    assert.deepStrictEqual(read('[ 1 , "a" ]', 1).elements, [1, "a"])
  })

  it("is broken by an object, by text behind the list and by an element over the limit", () => {
    assert.isTrue(read('{"a":1}', 4).isBroken)
    assert.isTrue(read("[1] [2]", 4).isBroken)
    assert.isTrue(read(`["${"x".repeat(101)}"]`, 7, 100).isBroken)
    assert.isTrue(read(`["${"x".repeat(97)}"]`, 7, 100).isComplete)
  })

  it("is not complete without its end", () => {
    assert.isFalse(read("[1, 2", 2).isComplete)
  })
})
