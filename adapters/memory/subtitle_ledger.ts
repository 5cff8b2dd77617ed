import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { changedRecord, INTENTIONS_MAX, type Intention } from "../../core/placed/intention.ts"
import {
  type NewPlacedSubtitle,
  type NewRefusal,
  type PlacedSubtitle,
  REFUSALS_PER_ITEM_MAX,
  type Refusal,
} from "../../core/placed/placed.ts"
import { makeTurns } from "../../core/placed/turns.ts"
import { type LedgerFilter, SubtitleLedger } from "../../core/ports/mod.ts"

interface Of {
  readonly id: number
  readonly serverId: string
  readonly ratingKey: string
}

const fits = (one: Of, filter: Omit<LedgerFilter, "states">) =>
  (filter.serverId === undefined || one.serverId === filter.serverId) &&
  (filter.ratingKey === undefined || one.ratingKey === filter.ratingKey) &&
  (filter.beforeId === undefined || one.id < filter.beforeId)

const newestFirst = (a: Of, b: Of) => b.id - a.id

/** What was placed and refused, in memory: for tests, and for a process that may write nowhere. */
export const layer: Layer.Layer<SubtitleLedger> = Layer.sync(SubtitleLedger, () => {
  const placed = new Map<number, PlacedSubtitle>()
  const refused = new Map<number, Refusal>()
  const intended = new Map<number, Intention>()
  let lastPlaced = 0
  let lastRefused = 0
  let lastIntended = 0
  const add = (record: NewPlacedSubtitle): PlacedSubtitle => {
    lastPlaced += 1
    const added = { ...record, id: lastPlaced }
    placed.set(added.id, added)
    return added
  }
  const refuse = (refusal: NewRefusal): Refusal => {
    const ofItem = [...refused.values()].filter(
      (one) => one.serverId === refusal.serverId && one.ratingKey === refusal.ratingKey,
    )
    const known = ofItem.find(
      (one) => one.provider === refusal.provider && one.candidateId === refusal.candidateId,
    )
    if (known === undefined) lastRefused += 1
    const added = { ...refusal, id: known?.id ?? lastRefused }
    refused.set(added.id, added)
    if (known === undefined && ofItem.length >= REFUSALS_PER_ITEM_MAX)
      refused.delete(Math.min(...ofItem.map((one) => one.id)))
    return added
  }
  return SubtitleLedger.of({
    inTurn: makeTurns(),
    add: (record) => Effect.sync(() => add(record)),
    update: (id, change) =>
      Effect.sync(() => {
        const before = placed.get(id)
        if (before === undefined) return null
        const after = { ...change(before), id }
        placed.set(id, after)
        return after
      }),
    get: (id) => Effect.sync(() => placed.get(id) ?? null),
    list: (filter) =>
      Effect.sync(() =>
        [...placed.values()]
          .filter((one) => fits(one, filter) && (filter.states?.includes(one.state) ?? true))
          .sort(newestFirst)
          .slice(0, filter.limit),
      ),
    itemsSince: (serverId, sinceMs) =>
      Effect.sync(() => {
        const there = [...placed.values()].filter(
          (one) => one.serverId === serverId && one.state === "placed" && one.atMs >= sinceMs,
        )
        return [...new Set(there.map(({ ratingKey }) => ratingKey))]
      }),
    due: (nowMs, limit) =>
      Effect.sync(() =>
        [...placed.values()]
          .filter((one) => one.state === "placed" && one.nextLookMs !== null && one.nextLookMs <= nowMs)
          .sort((a, b) => (a.nextLookMs ?? 0) - (b.nextLookMs ?? 0) || a.id - b.id)
          .slice(0, limit),
      ),
    refuse: (refusal) => Effect.sync(() => refuse(refusal)),
    refusals: (filter) =>
      Effect.sync(() =>
        [...refused.values()]
          .filter((one) => fits(one, filter))
          .sort(newestFirst)
          .slice(0, filter.limit),
      ),
    allow: (id) =>
      Effect.sync(() => {
        const known = refused.get(id) ?? null
        refused.delete(id)
        return known
      }),
    intend: (intention) =>
      Effect.sync(() => {
        lastIntended += 1
        intended.set(lastIntended, { ...intention, id: lastIntended })
        return lastIntended
      }),
    intentions: Effect.sync(() => [...intended.values()].slice(0, INTENTIONS_MAX)),
    settle: (id, outcome) =>
      Effect.sync(() => {
        const intention = intended.get(id)
        intended.delete(id)
        if (intention === undefined || outcome === "dropped") return null
        for (const change of intention.changes) {
          const record = placed.get(change.id)
          if (record !== undefined) placed.set(change.id, changedRecord(record, change))
        }
        if (intention.refuse !== null) refuse(intention.refuse)
        return intention.add === null ? null : add(intention.add)
      }),
    prune: (beforeMs) =>
      Effect.sync(() => {
        const old = [...placed.values()].filter((one) => one.state !== "placed" && one.atMs < beforeMs)
        for (const { id } of old) placed.delete(id)
        return old.length
      }),
  })
})
