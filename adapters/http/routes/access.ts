import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { accessStatus } from "../../../core/access/access_status.ts"
import { csrfOf } from "../../../core/access/check_session.ts"
import { enterAtThisMachine, enterWithCode, enterWithPassword } from "../../../core/access/enter.ts"
import { beginPlexEntry, finishPlexEntry } from "../../../core/access/enter_with_plex.ts"
import { entryAddress, PlexAppUrl } from "../../../core/access/entry_address.ts"
import { leave, leaveEverywhere } from "../../../core/access/leave.ts"
import type { Opened } from "../../../core/access/open_session.ts"
import { endsAtMs, type Session, Way } from "../../../core/access/session.ts"
import { removePassword, setPassword } from "../../../core/access/set_password.ts"
import type { Visitor } from "../../../core/access/visitor.ts"
import { PinId } from "../../../core/auth/pin.ts"
import { SessionStore, SettingsStore } from "../../../core/ports/mod.ts"
import { SecretArgument, TextArgument } from "../arguments.ts"
import { sessionCookie } from "../cookie.ts"
import { ErrorBody } from "../errors.ts"
import { answer, route } from "../route.ts"
import { VERSION } from "../version.ts"

const SessionView = Schema.Struct({
  id: Schema.String,
  way: Way,
  createdAtMs: Schema.Finite,
  seenAtMs: Schema.Finite,
  endsAtMs: Schema.Finite,
  agent: Schema.String,
  address: Schema.String,
  /** The session of the browser that asks. */
  current: Schema.Boolean,
}).annotate({ identifier: "Session" })

/** What the page has to send with every change, in the header X-CSRF-Token. */
const EnteredView = Schema.Struct({ data: Schema.Struct({ csrf: Schema.String }) })

const REFUSED = { 403: ErrorBody, 429: ErrorBody, 503: ErrorBody } as const
const TAG = "Access"

const sessionView = (session: Session, current: string | null): typeof SessionView.Type => ({
  ...session,
  endsAtMs: endsAtMs(session),
  current: session.id === current,
})

/** Gives the browser its cookie. */
const entered = (visitor: Visitor) =>
  Effect.fnUntraced(function* (opened: Opened) {
    const csrf = yield* csrfOf(opened.token)
    return answer(200, { data: { csrf } }, sessionCookie(visitor, opened.token))
  })

/** Whether the browser is signed in, and if not, how it can be. */
export const access = route({
  method: "GET",
  path: "/api/access",
  tag: TAG,
  summary: "Whether this browser is signed in, and the ways in that it has",
  access: "open",
  answers: {
    200: Schema.Struct({
      data: Schema.Struct({
        signedIn: Schema.Boolean,
        csrf: Schema.NullOr(Schema.String),
        instanceName: Schema.String,
        version: Schema.String,
        claimed: Schema.Boolean,
        atThisMachine: Schema.Boolean,
        code: Schema.Boolean,
        plex: Schema.Boolean,
        password: Schema.Boolean,
        lockedUntilMs: Schema.NullOr(Schema.Finite),
      }),
    }),
    503: ErrorBody,
  },
  handle: ({ session, trusted, visitor }) =>
    Effect.gen(function* () {
      const settings = yield* SettingsStore.use((store) => store.current)
      const status = yield* accessStatus(visitor)
      return answer(200, {
        data: {
          signedIn: trusted,
          csrf: session?.csrf ?? null,
          instanceName: settings.general.instance_name,
          version: VERSION,
          ...status,
        },
      })
    }),
})

export const enterFirst = route({
  method: "POST",
  path: "/api/access/first",
  tag: TAG,
  summary: "Come in at the machine itself, as long as the installation has no owner",
  access: "open",
  answers: { 200: EnteredView, ...REFUSED },
  handle: ({ visitor }) => Effect.flatMap(enterAtThisMachine(visitor), entered(visitor)),
})

export const enterByCode = route({
  method: "POST",
  path: "/api/access/code",
  tag: TAG,
  summary: "Come in with the one-time code that was printed at start",
  access: "open",
  input: Schema.Struct({ code: TextArgument }),
  answers: { 200: EnteredView, ...REFUSED },
  handle: ({ input, visitor }) => Effect.flatMap(enterWithCode(visitor, input.code), entered(visitor)),
})

export const enterByPassword = route({
  method: "POST",
  path: "/api/access/password",
  tag: TAG,
  summary: "Come in with the password",
  access: "open",
  input: Schema.Struct({ password: SecretArgument }),
  answers: { 200: EnteredView, ...REFUSED },
  handle: ({ input, visitor }) =>
    Effect.flatMap(enterWithPassword(visitor, input.password), entered(visitor)),
})

export const enterByPlex = route({
  method: "POST",
  path: "/api/access/plex",
  tag: TAG,
  summary: "Begin to come in with the Plex account that owns the installation",
  access: "open",
  answers: {
    200: Schema.Struct({
      data: Schema.Struct({
        pinId: Schema.String,
        code: Schema.String,
        state: Schema.String,
        authUrl: Schema.String,
      }),
    }),
    ...REFUSED,
  },
  handle: ({ visitor }) =>
    Effect.gen(function* () {
      const entry = yield* beginPlexEntry(visitor)
      const authUrl = entryAddress(yield* PlexAppUrl, entry)
      const { code, pinId } = entry
      return answer(200, { data: { pinId, code, authUrl, state: Redacted.value(entry.state) } })
    }),
})

export const enterByPlexCheck = route({
  method: "POST",
  path: "/api/access/plex/{pinId}",
  tag: TAG,
  summary: "Ask how it goes; once it is approved the answer brings the session",
  access: "open",
  params: Schema.Struct({ pinId: PinId }),
  input: Schema.Struct({ state: SecretArgument }),
  answers: {
    200: Schema.Struct({ data: Schema.Struct({ csrf: Schema.NullOr(Schema.String) }) }),
    410: ErrorBody,
    ...REFUSED,
  },
  handle: ({ input, params, visitor }) =>
    Effect.gen(function* () {
      const opened = yield* finishPlexEntry(visitor, params.pinId, input.state)
      return opened === null ? answer(200, { data: { csrf: null } }) : yield* entered(visitor)(opened)
    }),
})

export const leaveThisBrowser = route({
  method: "POST",
  path: "/api/access/leave",
  tag: TAG,
  summary: "Sign this browser out",
  access: "key",
  answers: { 200: Schema.Struct({ success: Schema.Boolean }), 503: ErrorBody },
  handle: ({ session, visitor }) =>
    Effect.gen(function* () {
      if (session !== null) yield* leave(session.session.id)
      return answer(200, { success: true }, sessionCookie(visitor, null))
    }),
})

export const leaveAll = route({
  method: "POST",
  path: "/api/access/leave-everywhere",
  tag: TAG,
  summary: "Sign every browser out",
  access: "key",
  answers: { 200: Schema.Struct({ success: Schema.Boolean, sessions: Schema.Int }), 503: ErrorBody },
  handle: ({ visitor }) =>
    Effect.gen(function* () {
      const sessions = yield* leaveEverywhere()
      return answer(200, { success: true, sessions }, sessionCookie(visitor, null))
    }),
})

export const listSessions = route({
  method: "GET",
  path: "/api/access/sessions",
  tag: TAG,
  summary: "The browsers that are signed in",
  access: "key",
  answers: { 200: Schema.Struct({ data: Schema.Array(SessionView) }), 503: ErrorBody },
  handle: ({ session }) =>
    Effect.gen(function* () {
      const store = yield* SessionStore
      const current = session?.session.id ?? null
      return answer(200, { data: (yield* store.all).map((one) => sessionView(one, current)) })
    }),
})

export const endSession = route({
  method: "DELETE",
  path: "/api/access/sessions/{id}",
  tag: TAG,
  summary: "Sign another browser out",
  access: "key",
  params: Schema.Struct({ id: Schema.String }),
  answers: { 200: Schema.Struct({ success: Schema.Boolean }), 503: ErrorBody },
  handle: ({ params }) => Effect.as(leave(params.id), answer(200, { success: true })),
})

export const putPassword = route({
  method: "PUT",
  path: "/api/access/password",
  tag: TAG,
  summary: "Set or replace the page's password; other browsers are signed out",
  access: "key",
  input: Schema.Struct({ password: SecretArgument, current: Schema.optionalKey(SecretArgument) }),
  answers: { 200: Schema.Struct({ success: Schema.Boolean }), 400: ErrorBody, ...REFUSED },
  handle: ({ input, session, visitor }) =>
    Effect.gen(function* () {
      const wish = { password: input.password, current: input.current ?? null }
      yield* setPassword(visitor, session?.session.id ?? null, wish)
      return answer(200, { success: true })
    }),
})

export const deletePassword = route({
  method: "DELETE",
  path: "/api/access/password",
  tag: TAG,
  summary: "Remove the page's password, where a Plex account owns the installation",
  access: "key",
  input: Schema.Struct({ current: Schema.optionalKey(SecretArgument) }),
  answers: { 200: Schema.Struct({ success: Schema.Boolean }), ...REFUSED },
  handle: ({ input, session, visitor }) =>
    Effect.gen(function* () {
      yield* removePassword(visitor, session?.session.id ?? null, input.current ?? null)
      return answer(200, { success: true })
    }),
})
