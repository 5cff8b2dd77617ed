/** The two pages a person sees while signing in, with the same addresses as the real ones. */

import type { Simulation } from "../context.ts"
import { type Answer, empty, html, text } from "../http/answer.ts"
import { makeRouter } from "../http/router.ts"
import type { Handler } from "../http/service.ts"
import { escapeXml } from "../http/xml.ts"
import type { Pins } from "./pins.ts"

const STYLE =
  "<style>body{font:16px system-ui;background:#1f2326;color:#eee;display:grid;place-content:center;min-height:90vh;text-align:center}button,input{font:inherit;padding:.6em 1.4em;margin:.3em;border:0;border-radius:6px;background:#e5a00d}button.no{background:#555;color:#eee}</style>"

export function linkPage(code: string): Answer {
  return html(
    `<!doctype html><meta charset="utf-8"><title>Link account (simulated)</title>${STYLE}<main><h1>Link your account</h1><form method="post" action="/link/approve"><input name="code" value="${escapeXml(code)}" maxlength="4" aria-label="Code"><button>Link</button></form></main>`,
  )
}

/** Everything the page needs is in the fragment, which never reaches a server. */
const AUTH_PAGE = `<!doctype html><meta charset="utf-8"><title>Sign in (simulated)</title>${STYLE}
<main><h1>Sign in to Plex</h1><p id="what"></p><button id="yes">Allow</button><button id="no" class="no">Deny</button></main>
<script>
const pairs = new URLSearchParams(location.hash.replace(/^#!?\\??/, ""))
const product = pairs.get("context[device][product]") || "An application"
document.getElementById("what").textContent = product + " wants to use the account"
const answer = async (path) => {
  const form = new URLSearchParams({ code: pairs.get("code") || "", clientID: pairs.get("clientID") || "" })
  const response = await fetch(path, { method: "POST", body: form })
  if (!response.ok) { document.getElementById("what").textContent = await response.text(); return }
  const forward = pairs.get("forwardUrl")
  if (forward) location.href = forward
  else { document.getElementById("what").textContent = "Done. This window can be closed."; window.close() }
}
document.getElementById("yes").onclick = () => answer("/auth/approve")
document.getElementById("no").onclick = () => answer("/auth/deny")
</script>`

export function makePlexApp(simulation: Simulation, pins: Pins): Handler {
  const pinOf = (body: Buffer) => {
    const form = new URLSearchParams(body.toString("utf8"))
    const pin = pins.find(form.get("code") ?? "")
    return pin !== undefined && pin.clientIdentifier === form.get("clientID") ? pin : undefined
  }
  const router = makeRouter({
    "GET /auth": () => html(AUTH_PAGE),
    "GET /auth/": () => html(AUTH_PAGE),
    "POST /auth/approve": (call) => {
      const pin = pinOf(call.body)
      if (pin === undefined) return text("This sign-in is not valid or was made by another application", 404)
      pins.approve(pin.id, simulation.world.accounts[0]!.username)
      return empty(204)
    },
    "POST /auth/deny": (call) => {
      const pin = pinOf(call.body)
      if (pin !== undefined) pins.deny(pin.id)
      return empty(204)
    },
  })
  return (call) => router(call) ?? text("Not found", 404)
}
