import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { handleEvent } from "../../../core/events/handle_event.ts"
import { handleImport } from "../../../core/events/handle_import.ts"
import { type ImportApp, readImport } from "../../../core/events/import_event.ts"
import { requestSearch } from "../../../core/events/request_search.ts"
import { readTautulli } from "../../../core/events/tautulli_event.ts"
import { NamedItem } from "../arguments.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"

/** Whatever the sender makes of its body; the core reads it. */
const AnyBody = Schema.Record(Schema.String, Schema.Unknown)
/** The name of one of several instances, as it stands in the address. */
const params = Schema.Struct({ instance: Schema.String.check(Schema.isMaxLength(100)) })

const refused = (reason: string) => answer(400, { error: reason, code: "BAD_REQUEST" })

/** Tautulli's webhook agent, with the JSON of the README. */
export const tautulliWebhook = route({
  method: "POST",
  path: "/api/webhooks/tautulli",
  tag: "Triggers",
  summary: "Take an event from Tautulli",
  access: "events",
  input: AnyBody,
  answers: { 200: Schema.Literal(""), 204: null, 400: ErrorBody, 503: ErrorBody },
  handle: ({ input }) =>
    Effect.gen(function* () {
      const told = readTautulli(input)
      if (typeof told === "string") return refused(told)
      if (told._tag === "Other") return answer(204, null)
      const handled = yield* handleEvent(told.event, "tautulli")
      return handled._tag === "Queued" ? answer(200, "" as const) : answer(204, null)
    }),
})

/** Sonarr and Radarr switch a connection off after a failure, so that all but what cannot be stored is a 200. */
const importAnswers = { 200: Schema.String, 400: ErrorBody, 503: ErrorBody }

const takeImport = Effect.fnUntraced(function* (app: ImportApp, body: unknown, instance: string | null) {
  const told = readImport(body, app)
  if (typeof told === "string") return refused(told)
  const handled = yield* handleImport(told, app, instance)
  return answer(
    200,
    handled._tag === "Taken" ? `Taken: ${handled.files}` : `Nothing to do: ${handled.reason}`,
  )
})

const NAMES = { sonarr: "Sonarr", radarr: "Radarr" } as const

/** POST and PUT, since the applications let their users choose, each with and without the name of an instance. */
function importRoutes<const App extends ImportApp>(app: App) {
  const common = { tag: "Triggers", access: "events", input: AnyBody, answers: importAnswers } as const
  const of = (method: "POST" | "PUT") => {
    const summary = `Take an event from ${NAMES[app]} (${method})`
    return [
      route({
        ...common,
        method,
        path: `/api/webhooks/${app}`,
        summary,
        handle: ({ input }) => takeImport(app, input, null),
      }),
      route({
        ...common,
        method,
        path: `/api/webhooks/${app}/{instance}`,
        summary: `${summary}, one of several`,
        params,
        handle: ({ input, params }) => takeImport(app, input, params.instance),
      }),
    ] as const
  }
  const [post, postTo] = of("POST")
  const [put, putTo] = of("PUT")
  return { post, postTo, put, putTo }
}

const sonarr = importRoutes("sonarr")
const radarr = importRoutes("radarr")

export const importWebhooks = {
  sonarrWebhook: sonarr.post,
  sonarrInstanceWebhook: sonarr.postTo,
  sonarrWebhookPut: sonarr.put,
  sonarrInstanceWebhookPut: sonarr.putTo,
  radarrWebhook: radarr.post,
  radarrInstanceWebhook: radarr.postTo,
  radarrWebhookPut: radarr.put,
  radarrInstanceWebhookPut: radarr.putTo,
}

/** For scripts: the same search that a playback starts. */
export const search = route({
  method: "POST",
  path: "/api/search",
  tag: "Triggers",
  summary: "Search for the missing subtitles of a film or episode, named by rating key, path or ids",
  access: "key",
  input: NamedItem,
  answers: {
    202: Schema.Struct({
      data: Schema.Struct({
        jobId: Schema.NullOr(Schema.Int),
        /** `merged`: the same search waits or runs already. */
        outcome: Schema.Literals(["added", "merged", "seen"]),
      }),
    }),
    400: ErrorBody,
    404: ErrorBody,
    503: ErrorBody,
  },
  handle: ({ input }) => Effect.map(requestSearch(input), (data) => answer(202, { data })),
})
