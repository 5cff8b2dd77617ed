import * as Layer from "effect/Layer"
import { layer, memoryServer, plexWorld } from "../../../adapters/memory/plex_account.ts"
import { PlexUnreachable } from "../../../core/ports/mod.ts"
import { AccountStage, plexAccountContract } from "../../contracts/plex_account.ts"

const staged = Layer.suspend(() => {
  const world = plexWorld({
    servers: [memoryServer()],
    webhooks: ["https://hooks.example.net/plex/other-app"],
  })
  const outage = new PlexUnreachable({
    where: "plex.tv",
    fault: "refused",
    status: null,
    retryAfterSeconds: null,
    detail: "the connection was refused",
  })
  const stage = Layer.succeed(AccountStage, {
    token: "account-token",
    approve: (pinId) => void world.approve(pinId),
    breakDown: () => {
      world.outage = outage
    },
  })
  return Layer.merge(layer(world), stage)
})

plexAccountContract("memory", staged)
