import * as Effect from "effect/Effect"
import type { Cause } from "../jobs/job.ts"
import type { MediaItem } from "../media/media_item.ts"
import type { ServerAccess } from "../servers/server.ts"
import type { NewSubtitle } from "./added_date.ts"
import { refreshCopies } from "./refresh_copies.ts"
import { setAddedDate } from "./set_added_date.ts"

/**
 * What follows when an item has got a subtitle that Plex lists: its added date by option and policy, and a refresh of its
 * copies. Nothing of it fails the job whose subtitle is there; what could not be done is in the log.
 */
export const settleItem = Effect.fn("settleItem")(function* (request: {
  readonly access: ServerAccess
  /** As it was read before; its added date is the one that an undo gives back. */
  readonly item: MediaItem
  /** Null: no new subtitle was placed, it was only made visible. */
  readonly subtitle: NewSubtitle | null
  readonly jobId: number
  readonly cause: Cause
}) {
  const { access, item, subtitle, jobId, cause } = request
  const logged = (what: string) => (error: { readonly message: string }) =>
    Effect.as(Effect.logWarning(`${what}: ${error.message}`), null)
  const addedDate =
    subtitle === null
      ? null
      : yield* Effect.catch(
          setAddedDate({ access, item, subtitle, jobId }),
          logged("The added date stays as it is"),
        )
  // A refresh for a copy is nothing that somebody asked for through the API, whatever the search was.
  const copied: Cause = { ...cause, source: cause.source === "api" ? "sweep" : cause.source }
  const copies = yield* Effect.catch(refreshCopies(item, copied), logged("Copies are not refreshed"))
  return { addedDate, copies: copies ?? 0 }
})
