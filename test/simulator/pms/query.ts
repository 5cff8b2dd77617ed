/** Filters and orders of library lists. */

import type { Call } from "../http/service.ts"
import type { Item } from "../world/plex_server.ts"
import type { PmsContext } from "./pms_context.ts"

type Test = (item: Item) => boolean

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  mon: 2_592_000,
  y: 31_536_000,
}

/** Epoch seconds, or an age such as `-7d`. */
function dateValue(text: string, nowMs: number): number | undefined {
  if (/^\d+$/.test(text)) return Number(text)
  const age = /^-(\d+)(mon|[mhdwy])$/.exec(text)
  return age === null ? undefined : Math.floor(nowMs / 1000) - Number(age[1]) * UNIT_SECONDS[age[2]!]!
}

/** `name>>=5` arrives as the pair `name>>` and `5`. */
function dateTest(name: "addedAt" | "updatedAt", operator: string, value: number): Test | undefined {
  switch (operator) {
    case ">>":
      return (item) => item[name] > value
    case "<<":
      return (item) => item[name] < value
    case ">":
      return (item) => item[name] >= value
    case "<":
      return (item) => item[name] <= value
    case "!":
      return (item) => item[name] !== value
    case "":
      return (item) => item[name] === value
    default:
      return undefined
  }
}

function textTest(get: (item: Item) => string, operator: string, value: string): Test | undefined {
  const wanted = value.toLowerCase()
  switch (operator) {
    case "":
      return (item) => get(item).toLowerCase().includes(wanted)
    case "=":
      return (item) => get(item) === value
    case "!":
      return (item) => !get(item).toLowerCase().includes(wanted)
    case "<":
      return (item) => get(item).toLowerCase().startsWith(wanted)
    case ">":
      return (item) => get(item).toLowerCase().endsWith(wanted)
    default:
      return undefined
  }
}

function testOf(
  context: PmsContext,
  name: string,
  operator: string,
  value: string,
): Test | undefined | "ignored" {
  switch (name) {
    case "addedAt":
    case "updatedAt": {
      const date = dateValue(value, context.simulation.now())
      return date === undefined ? undefined : dateTest(name, operator, date)
    }
    case "guid": {
      // Only the primary guid, never the external ids.
      const wanted = value.split(",")
      return (item) => wanted.includes(item.guid)
    }
    case "title":
      return textTest((item) => item.title, operator, value)
    case "show.title":
      return textTest(
        (item) => context.server.items.get(item.grandparent ?? item.parent ?? "")?.title ?? "",
        operator,
        value,
      )
    case "year":
      return (item) => value.split(",").includes(String(item.year))
    case "index":
    case "episode.index":
      return (item) => String(item.index) === value
    default:
      return "ignored"
  }
}

/** Undefined when a filter cannot be read, which is a bad request. */
export function makeItemFilter(context: PmsContext, call: Call): Test | "all" | undefined {
  const tests: Test[] = []
  for (const [key, value] of call.query) {
    const match = /^([A-Za-z.]+)([<>!=]{0,2})$/.exec(key)
    if (match === null) continue
    const test = testOf(context, match[1]!, match[2]!, value)
    if (test === undefined) return undefined
    if (test !== "ignored") tests.push(test)
  }
  if (tests.length === 0) return "all"
  return (item) => tests.every((test) => test(item))
}

export function sortItems(call: Call, items: ReadonlyArray<Item>): ReadonlyArray<Item> {
  const sort = call.query.get("sort")
  if (sort === null) return items
  const [field, direction] = sort.split(":")
  const sign = direction === "desc" ? -1 : 1
  const value = (item: Item): number | string => {
    if (field === "addedAt") return item.addedAt
    if (field === "updatedAt") return item.updatedAt
    if (field === "year") return item.year ?? 0
    return item.title
  }
  return [...items].sort((a, b) => {
    const [left, right] = [value(a), value(b)]
    if (left !== right) return left < right ? -sign : sign
    return Number(a.ratingKey) - Number(b.ratingKey)
  })
}
