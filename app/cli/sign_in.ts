import { renderUnicodeCompact } from "uqr"
import { beginSignIn, checkSignIn } from "../../core/auth/sign_in.ts"
import { prepareSettings } from "../../core/settings/prepare.ts"
import type { AppConfig } from "../config.ts"
import type { Command } from "./command.ts"
import { openPrograms } from "./programs.ts"
import { runningServer } from "./running_server.ts"

/** How often it is asked whether the code was entered, in milliseconds. */
const ASK_EVERY_MS = 2_000

interface Begun {
  readonly code: string
  /** Who has signed in, or null while nobody has. Throws when the sign-in is over. */
  readonly check: () => Promise<string | null>
  readonly close: () => Promise<void>
}

const nameOf = (user: { readonly username?: string; readonly email?: string }) =>
  user.username || user.email || "the account"

/** Through the server when one runs, so that it knows at once; by ourselves otherwise. */
async function begin(config: AppConfig): Promise<Begun> {
  const server = await runningServer(config)
  if (server !== null) {
    const { data: pin } = await server.call<{ data: { pinId: number; code: string; state: string } }>(
      "POST",
      "/api/plex/oauth/pin",
      {
        short: "true",
      },
    )
    const path = `/api/plex/oauth/pin/${pin.pinId}/check?state=${encodeURIComponent(pin.state)}`
    return {
      code: pin.code,
      check: async () => {
        const { data } = await server.call<{
          data: { authenticated: boolean; username?: string; email?: string }
        }>("GET", path)
        return data.authenticated ? nameOf(data) : null
      },
      close: async () => {},
    }
  }
  const programs = await openPrograms(config)
  await programs.run(prepareSettings())
  const pin = await programs.run(beginSignIn({ strong: false }))
  return {
    code: pin.code,
    check: async () => {
      const stands = await programs.run(checkSignIn(pin.id, pin.stateToken))
      return stands._tag === "Authenticated" ? nameOf(stands) : null
    },
    close: programs.close,
  }
}

/** Sign in to Plex without a browser on this machine: by a code of four characters, typed at plex.tv/link. */
export const signIn: Command = {
  usage: "",
  summary: "Sign in to Plex by a code that you enter at plex.tv/link",
  run: async (config) => {
    const begun = await begin(config)
    try {
      const link = `https://plex.tv/link/?pin=${begun.code}`
      console.log(
        `${renderUnicodeCompact(link)}\n\nOpen https://plex.tv/link and enter  ${begun.code}  (or scan the code above).`,
      )
      console.log("Waiting for you; Ctrl-C gives up.")
      for (;;) {
        const name = await begun.check()
        if (name !== null) {
          console.log(`Signed in as ${name}. The page or the API lets you choose the server.`)
          return 0
        }
        await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
      }
    } finally {
      await begun.close()
    }
  },
}
