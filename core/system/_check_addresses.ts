import * as Effect from "effect/Effect"
import { plexDirect } from "../servers/address.ts"
import { probeAddresses } from "../servers/choose_connection.ts"
import { className, compareTested, hostPort } from "../servers/connection.ts"
import type { TestedConnection } from "../servers/server.ts"
import type { ServerEntry } from "../settings/records.ts"
import { bad, type Check, ok, skipped, warn } from "./check.ts"

/** Reasons that one sentence tells. */
const REASONS_MAX = 3

const nameOf = (entry: ServerEntry) => entry.name || entry.machine_id
const hostOf = (uri: string) => new URL(uri).hostname

function checkReach(name: string, tested: ReadonlyArray<TestedConnection>): Check {
  const [best] = tested
  if (best === undefined)
    return bad("addresses", name, "No address of it is known", "Choose it again under Settings, Plex")
  if (!best.available) {
    const reasons = tested.slice(0, REASONS_MAX).map((one) => `${hostPort(one)}: ${one.reason}`)
    const more = tested.length > REASONS_MAX ? `; and ${tested.length - REASONS_MAX} more` : ""
    return bad(
      "addresses",
      name,
      `None of its ${tested.length} addresses answers (${reasons.join("; ")}${more})`,
      "Is the server running, and may this machine reach it?",
    )
  }
  const count = tested.filter(({ available }) => available).length
  const which = `${className(best)} at ${hostPort(best)} in ${best.latencyMs} ms`
  return ok("addresses", name, `${count} of ${tested.length} addresses answer, the best is ${which}`)
}

function checkCertificate(name: string, tested: ReadonlyArray<TestedConnection>): Check {
  const secure = tested.filter(({ protocol }) => protocol === "https")
  if (secure.length === 0) return skipped("certificate", name, "No https address of it is known")
  const good = secure.find(({ available }) => available)
  if (good !== undefined) return ok("certificate", name, `Its certificate is in order at ${hostPort(good)}`)
  const refused = secure.find(({ fault }) => fault === "tls")
  if (refused === undefined) {
    return skipped("certificate", name, "It cannot be told, because no https address answers")
  }
  return warn(
    "certificate",
    name,
    `Its certificate is refused at ${hostPort(refused)}: ${refused.reason}`,
    "If it is your own, accept it for this server under Settings, Plex; otherwise let Plex use its own certificate",
  )
}

/** Null where no address has a name that somebody would have to resolve. */
function checkNames(name: string, tested: ReadonlyArray<TestedConnection>): Check | null {
  const lost = tested.find(({ fault }) => fault === "dns")
  if (lost !== undefined) {
    return warn(
      "dns",
      name,
      `The name ${hostOf(lost.uri)} does not resolve here`,
      "Is the name right, and does this machine's DNS know it? An address with numbers needs no DNS",
    )
  }
  if (!tested.some(({ uri }) => plexDirect(hostOf(uri)) !== null)) return null
  return ok(
    "dns",
    name,
    "Plex's names for the server are read without DNS, so a router's DNS rebinding protection is no obstacle",
  )
}

/** Every known address of a server, tested now: which of them answer, with what certificate, and whether DNS matters. */
export const checkAddresses = (entry: ServerEntry) =>
  Effect.gen(function* () {
    const name = nameOf(entry)
    const sorted = [...(yield* probeAddresses(entry))].sort(compareTested)
    const names = checkNames(name, sorted)
    return [
      checkReach(name, sorted),
      checkCertificate(name, sorted),
      ...(names === null ? [] : [names]),
    ] as ReadonlyArray<Check>
  }).pipe(
    Effect.catch((error) =>
      Effect.succeed([skipped("addresses", nameOf(entry), error.message)] as ReadonlyArray<Check>),
    ),
  )
