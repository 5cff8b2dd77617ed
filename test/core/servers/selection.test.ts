import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { classOf } from "../../../core/servers/connection.ts"
import { bestOf, betterOf, couldWin, preferredOf } from "../../../core/servers/selection.ts"
import type { TestedConnection } from "../../../core/servers/server.ts"

const Spec = Schema.Array(
  Schema.Struct({
    https: Schema.Boolean,
    local: Schema.Boolean,
    relay: Schema.Boolean,
    latencyMs: Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 3_000 }))),
  }),
).check(Schema.isMaxLength(8))

const tested = (specs: typeof Spec.Type): ReadonlyArray<TestedConnection> =>
  specs.map(({ https, local, relay, latencyMs }, index) => ({
    uri: `${https ? "https" : "http"}://c${index}`,
    protocol: https ? "https" : "http",
    address: `c${index}`,
    port: 1,
    local,
    relay,
    available: latencyMs !== null,
    latencyMs,
    fault: latencyMs === null ? "timeout" : null,
    reason: null,
    fingerprint: null,
  }))

describe("selection", () => {
  it.prop("bestOf() answers something exactly when something answers", [Spec], ([specs]) => {
    const all = tested(specs)
    return (bestOf(all) !== null) === all.some(({ available }) => available)
  })

  it.prop("bestOf() is a relay only when nothing else answers", [Spec], ([specs]) => {
    const all = tested(specs)
    return bestOf(all)?.relay !== true || !all.some(({ available, relay }) => available && !relay)
  })

  it.prop("preferredOf() is never a relay", [Spec], ([specs]) => preferredOf(tested(specs))?.relay !== true)

  it.prop("couldWin() is false as soon as no order of answers can change the winner", [Spec], ([specs]) => {
    const all = tested(specs)
    const best = bestOf(all)
    if (best === null) return true
    const pending = all.filter(({ available }) => !available)
    if (couldWin(pending, best, null)) return true
    return pending.every(
      (one) => betterOf(best, { ...one, available: true, latencyMs: 3_001 }, null) === best,
    )
  })

  it.prop("the user's own choice wins over any class, and never as a relay", [Spec], ([specs]) => {
    const [a, b] = tested(specs).map((one) => ({ ...one, available: true, latencyMs: 5 }))
    if (a === undefined || b === undefined) return true
    const won = betterOf(a, b, b.uri)
    return b.relay ? classOf(won) !== "relay" || a.relay : won === b
  })
})

it("an empty list has no best and no preferred connection", () => {
  assert.isNull(bestOf([]))
  assert.isNull(preferredOf([]))
})
