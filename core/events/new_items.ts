import * as HashSet from "effect/HashSet"

/**
 * Plex's timeline tells of every change to an item, also of a refresh that we asked for. Only an item that was seen being
 * created is a new one; it is ready when it is done, and where a server never says so, a while later.
 */

/** One entry of the timeline, as far as it matters here. */
export interface TimelineChange {
  readonly itemId: string
  /** Plex's number: 1 film, 4 episode. */
  readonly type: number
  /** 0 created … 5 done, 9 deleted. */
  readonly state: number
  readonly metadataState: string | null
}

/** What an entry means. `created`: an item that was not there before; `ready`: one of those is complete. */
export type NewItemStep = "created" | "ready" | "none"

/** The items of one server that were seen being created and are not done yet. */
export type NewItems = HashSet.HashSet<string>

export const NO_NEW_ITEMS: NewItems = HashSet.empty()

/** Items that are remembered as new at most; one more is not told when it is done, and waits its whole time. */
export const NEW_ITEMS_MAX = 20_000
/** How long, in milliseconds, a new item is left alone of which nothing more is heard. Episodes often never say "done". */
export const NEW_ITEM_WAIT_MS = 60_000
/** How long, in milliseconds, an item that is done is left alone: its neighbours are often being added too. */
export const NEW_ITEM_SETTLE_MS = 5_000

/** `movie`, `episode`, or null for what never gets subtitles of its own. */
export function kindOfTimeline(type: number): "movie" | "episode" | null {
  return type === 1 ? "movie" : type === 4 ? "episode" : null
}

/**
 * Takes in one entry of the timeline, and says what it means.
 *
 * @example
 * ```ts
 * const film = { itemId: "7", type: 1, metadataState: null }
 * const [items, step] = stepTimeline(NO_NEW_ITEMS, { ...film, state: 0, metadataState: "created" })
 * assert.strictEqual(step, "created")
 * assert.strictEqual(stepTimeline(items, { ...film, state: 5 })[1], "ready")
 * assert.strictEqual(stepTimeline(NO_NEW_ITEMS, { ...film, state: 5 })[1], "none")
 * ```
 */
export function stepTimeline(items: NewItems, change: TimelineChange): readonly [NewItems, NewItemStep] {
  const { itemId, metadataState, state, type } = change
  if (kindOfTimeline(type) === null) return [items, "none"]
  const isNew = HashSet.has(items, itemId)
  if (state === 5 && isNew) return [HashSet.remove(items, itemId), "ready"]
  if (state === 9) return [HashSet.remove(items, itemId), "none"]
  if (state !== 0 || metadataState !== "created" || isNew) return [items, "none"]
  return [HashSet.size(items) < NEW_ITEMS_MAX ? HashSet.add(items, itemId) : items, "created"]
}
