import * as Effect from "effect/Effect"
import { layer } from "../../../adapters/memory/loopback.ts"
import { loopbackContract } from "../../contracts/loopback.ts"

loopbackContract(
  "memory",
  (status) =>
    Effect.sync(() => {
      const origin = "http://oncue.example:6868"
      const posts: Array<readonly [string, string, string]> = []
      const answer = (url: string, contentType: string, body: string) =>
        Effect.sync(() => {
          if (!url.startsWith(origin)) return null
          posts.push([url.slice(origin.length), contentType, body])
          return { status, tookMs: 0 }
        })
      return { answerer: { origin, posts }, layer: layer({ answer }) }
    }),
  "http://nobody.example",
)
