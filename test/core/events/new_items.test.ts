import { assert, describe, it } from "@effect/vitest"
import * as HashSet from "effect/HashSet"
import {
  kindOfTimeline,
  NEW_ITEMS_MAX,
  type NewItemStep,
  NO_NEW_ITEMS,
  stepTimeline,
  type TimelineChange,
} from "../../../core/events/new_items.ts"

const change = (
  itemId: string,
  state: number,
  metadataState: string | null = null,
  type = 4,
): TimelineChange => ({
  itemId,
  type,
  state,
  metadataState,
})

function stepsOf(changes: ReadonlyArray<TimelineChange>): ReadonlyArray<NewItemStep> {
  let items = NO_NEW_ITEMS
  return changes.map((one) => {
    const [next, step] = stepTimeline(items, one)
    items = next
    return step
  })
}

describe("stepTimeline", () => {
  it("stepTimeline() tells of a new item once when it is created and once when it is done", () => {
    const steps = stepsOf([
      change("7", 0, "created"),
      change("7", 0, "created"),
      change("7", 2),
      change("7", 4),
      change("7", 5),
      change("7", 5),
    ])
    assert.deepStrictEqual(steps, ["created", "none", "none", "none", "ready", "none"])
  })

  it("stepTimeline() never takes a refresh of an item for a new one", () => {
    assert.deepStrictEqual(stepsOf([change("7", 3), change("7", 4), change("7", 5), change("7", 0)]), [
      "none",
      "none",
      "none",
      "none",
    ])
  })

  it("stepTimeline() forgets what is deleted before it is done", () => {
    assert.deepStrictEqual(stepsOf([change("7", 0, "created"), change("7", 9, "deleted"), change("7", 5)]), [
      "created",
      "none",
      "none",
    ])
  })

  it("stepTimeline() looks at films and episodes alone", () => {
    for (const type of [2, 3, 8, 9, 10, 12])
      assert.deepStrictEqual(stepsOf([change("7", 0, "created", type), change("7", 5, null, type)]), [
        "none",
        "none",
      ])
    assert.deepStrictEqual([1, 4, 2].map(kindOfTimeline), ["movie", "episode", null])
  })

  it("stepTimeline() remembers a bounded number of items", () => {
    let items = NO_NEW_ITEMS
    for (let n = 0; n <= NEW_ITEMS_MAX; n++) {
      const [next, step] = stepTimeline(items, change(String(n), 0, "created"))
      assert.strictEqual(step, "created")
      items = next
    }
    assert.strictEqual(HashSet.size(items), NEW_ITEMS_MAX)
  })
})
