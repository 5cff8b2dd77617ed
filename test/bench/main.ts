/**
 * `npm run bench`: the figures that OnCue is to hold, each measured beside a bare server where that makes sense, on the
 * machine at hand. Machines differ and are noisy: compare within one run.
 *
 *     npm run bench -- [PART …] [--json FILE] [--peer URL --peer-key KEY]
 *
 * A peer is another instance that runs already: it is sent the events that ours is sent, and asked what ours is asked.
 */

import { writeFileSync } from "node:fs"
import { cpus, loadavg, release, totalmem } from "node:os"
import { parseArgs } from "node:util"
import { prepare } from "./processes.ts"
import type { Part, Row } from "./row.ts"
import { burst } from "./rows/burst.ts"
import { clients } from "./rows/clients.ts"
import { discovery } from "./rows/discovery.ts"
import { indexSize } from "./rows/index_size.ts"
import { play } from "./rows/play.ts"
import { refresh } from "./rows/refresh.ts"
import { memory, start } from "./rows/start.ts"
import { webhook } from "./rows/webhook.ts"

const PARTS: ReadonlyArray<Part> = [
  start,
  memory,
  webhook,
  burst,
  clients,
  discovery,
  refresh,
  indexSize,
  play,
]

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "string" }, peer: { type: "string" }, "peer-key": { type: "string" } },
})
const unknown = positionals.filter((name) => !PARTS.some((part) => part.name === name))
if (unknown.length > 0) {
  const known = PARTS.map(({ about, name }) => `  ${name.padEnd(10)} ${about}`).join("\n")
  console.error(`There is no part ${unknown.join(", ")}. Known:\n${known}`)
  process.exit(2)
}
const peer =
  values.peer === undefined ? null : { url: values.peer.replace(/\/+$/, ""), key: values["peer-key"] ?? "" }

const load = () => loadavg()[0]?.toFixed(1)
const machine = `${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${release()}, Node ${process.versions.node}`
const at = new Date().toISOString()
const loadBefore = load()

await prepare()
const rows: Array<Row & { readonly part: string }> = []
const chosen = PARTS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
for (const part of chosen) {
  for (const row of await part.measure(peer)) {
    rows.push({ part: part.name, ...row })
    console.error(`${row.what}: ${row.measured}`)
  }
}

const cells = (row: Row) => `| ${row.what} | ${row.measured} | ${row.aim} |`
console.log(
  `\n${at.slice(0, 10)}, ${machine}, load ${loadBefore} before and ${load()} after\n\n| What | Measured | To hold |\n|--|--|--|\n${rows.map(cells).join("\n")}`,
)
const withoutPeer = chosen.flatMap(({ name, peerLacks }) => (peerLacks === null ? [] : [{ name, peerLacks }]))
if (peer !== null) {
  for (const { name, peerLacks } of withoutPeer)
    console.log(`\nNot measured at ${peer.url}: ${name}, ${peerLacks}`)
}
if (values.json !== undefined) {
  writeFileSync(
    values.json,
    `${JSON.stringify({ machine, at, loadBefore, loadAfter: load(), peer: peer?.url ?? null, withoutPeer, rows }, null, 2)}\n`,
  )
}
