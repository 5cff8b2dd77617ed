// Plain JavaScript on purpose: this must run on the old Node that it complains about.
const wanted = 26
const major = Number(process.versions.node.split(".")[0])
if (major < wanted) {
  console.error(
    `OnCue needs Node ${wanted} and found ${process.versions.node}. "npm ci" installs it as an optional package ` +
      'for Linux (x64, arm64), macOS and Windows (x64). It is missing: run "npm ci" again with a network ' +
      "connection and without --omit=optional, or install Node 26 yourself (on Alpine/musl there is no package).",
  )
  process.exit(1)
}
