import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { PinId } from "../../core/auth/pin.ts"
import { PlexForbidden, PlexRefused, type PlexUnreachable, TokenRejected } from "../../core/ports/mod.ts"
import { PlexAccount } from "../../core/ports/plex_account.ts"
import { type PlexWorld, plexWorld } from "./_plex_world.ts"

export { memoryServer, type PlexWorld, plexWorld } from "./_plex_world.ts"

const WHERE = "plex.tv"

/** plex.tv as far as a world scripts it: PINs that `approve` claims, tokens that are alive, an outage when it is set. */
export function layer(world: PlexWorld = plexWorld()): Layer.Layer<PlexAccount> {
  const asked = (call: string): Effect.Effect<void, PlexUnreachable> =>
    Effect.suspend(() => {
      world.accountCalls.push(call)
      const answer = world.outage === null ? Effect.void : Effect.fail(world.outage)
      return world.accountLatencyMs > 0
        ? Effect.andThen(Effect.sleep(world.accountLatencyMs), answer)
        : answer
    })
  const signedIn = (call: string, token: Redacted.Redacted) =>
    Effect.andThen(
      asked(call),
      Effect.suspend(() =>
        world.tokens.has(Redacted.value(token))
          ? Effect.void
          : Effect.fail(new TokenRejected({ where: WHERE })),
      ),
    )
  const withWebhooks = (call: string, token: Redacted.Redacted) =>
    Effect.andThen(
      signedIn(call, token),
      Effect.suspend(() =>
        world.user.subscription.hasWebhooks
          ? Effect.void
          : Effect.fail(new PlexForbidden({ where: WHERE, what: "have webhooks" })),
      ),
    )

  return Layer.succeed(PlexAccount, {
    createPin: (client, { strong }) =>
      Effect.map(asked("createPin"), () => {
        const number = 1_748_392_001 + world.pins.length
        const code = strong ? `strong-code-${number}-abcd` : String(number).slice(-4)
        world.pins.push({ id: String(number), code, clientIdentifier: client.identifier, token: null })
        return { id: PinId.make(String(number)), code }
      }),
    pollPin: (client, id) =>
      Effect.map(asked(`pollPin ${id}`), () => {
        const pin = world.pins.find((one) => one.id === id && one.clientIdentifier === client.identifier)
        if (pin === undefined) return { _tag: "Unknown" }
        return pin.token === null ? { _tag: "Pending" } : { _tag: "Claimed", token: Redacted.make(pin.token) }
      }),
    user: (_client, token) => Effect.map(signedIn("user", token), () => world.user),
    servers: (_client, token) =>
      Effect.map(signedIn("servers", token), () => world.servers.map(({ server }) => server)),
    webhooks: (_client, token) => Effect.map(withWebhooks("webhooks", token), () => world.webhooks),
    setWebhooks: (_client, token, urls) =>
      Effect.gen(function* () {
        yield* withWebhooks("setWebhooks", token)
        if (urls.some((url) => !/^https?:\/\/[^/]/.test(url))) {
          return yield* new PlexRefused({
            where: WHERE,
            what: "change the webhooks",
            status: 422,
            code: 1998,
          })
        }
        world.webhooks = [...urls]
      }),
    ping: (_client, token) => signedIn("ping", token),
    signOut: (_client, token) =>
      Effect.map(signedIn("signOut", token), () => void world.tokens.delete(Redacted.value(token))),
  })
}
