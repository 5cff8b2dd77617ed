import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { CHECK_IDS } from "../../../core/system/check.ts"
import { diagnose } from "../../../core/system/diagnose.ts"
import { type LiveEvent, liveRoute } from "../route.ts"

const Check = Schema.Struct({
  id: Schema.Literals(CHECK_IDS),
  /** The server, application, library or provider that it is about. */
  about: Schema.NullOr(Schema.String),
  state: Schema.Literals(["ok", "warn", "bad", "skipped"]),
  text: Schema.String,
  /** What to do. */
  advice: Schema.NullOr(Schema.String),
}).annotate({ identifier: "Check" })

/** The troubleshooting list, run now: each check is an event as soon as it is done, and `done` ends it. */
export const diagnostics = liveRoute({
  path: "/api/system/diagnostics",
  tag: "System",
  summary: "Run every check: server-sent events named `check`, then `done`",
  access: "key",
  /** Null is the data of `done`. */
  answers: { 200: Schema.NullOr(Check) },
  handleLive: () =>
    Stream.concat(
      Stream.map(diagnose(), (check): LiveEvent => ({ event: "check", data: check })),
      Stream.succeed<LiveEvent>({ event: "done", data: null }),
    ),
})
