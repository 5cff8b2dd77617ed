import { titleKey } from "../../core/media/title.ts"
import { type ItemSearch, SEARCH_WORDS_MAX } from "../../core/ports/item_index.ts"

/**
 * The statements of a search: `rows` takes `values`, a limit and an offset, `count` takes `values`. There are only as
 * many different texts as there are numbers of words.
 */
export function searchSql({ place, text }: ItemSearch, columns: ReadonlyArray<string>) {
  const words = titleKey(text)
    .key.split(" ")
    .filter((word) => word !== "")
    .slice(0, SEARCH_WORDS_MAX)
  // No word of a title key has a character that LIKE reads in its own way.
  const likes = words.map((word) => `%${word}%`)
  const sectionId = place?.sectionId ?? null
  const conditions = [
    "item.kind <> 'show'",
    ...(place === null ? [] : ["item.server = ?"]),
    ...(sectionId === null ? [] : ["item.section = ?"]),
    ...likes.map(() => "item.words || ' ' || coalesce(show.words, '') LIKE ?"),
  ]
  const from = `FROM item LEFT JOIN item show ON show.server = item.server AND show.rating_key = item.show_key
    WHERE ${conditions.join(" AND ")}`
  return {
    values: [
      ...(place === null ? [] : [place.serverId]),
      ...(sectionId === null ? [] : [sectionId]),
      ...likes,
    ],
    count: `SELECT count(*) AS total ${from}`,
    rows: `SELECT ${columns.map((column) => `item.${column}`).join(", ")} ${from}
      ORDER BY coalesce(show.words, item.words), item.season, item.episode, item.server, item.rating_key
      LIMIT ? OFFSET ?`,
  }
}
