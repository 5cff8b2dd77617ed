import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { brotliCompressSync } from "node:zlib"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { makeApp } from "../../../adapters/http/app.ts"
import { makePage, type PageBuild } from "../../../adapters/http/page.ts"
import { DEFAULT_SETTINGS } from "../../../core/settings/settings.ts"

let folder = ""
let build: PageBuild = { _tag: "Idle" }
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "oncue-page-"))
  build = { _tag: "Idle" }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(text: string) {
  mkdirSync(join(folder, "assets"), { recursive: true })
  writeFileSync(join(folder, "index.html"), text)
  writeFileSync(join(folder, "assets/main-abc.js"), "hello()")
  writeFileSync(join(folder, "assets/main-abc.js.br"), brotliCompressSync("hello()"))
  writeFileSync(join(folder, "favicon.svg"), "<svg/>")
}
const PAGE = '<base href="/ONCUE-BASE/"><meta nonce="ONCUE-NONCE">'

const appAt = (basePath: string) =>
  makeApp({
    run: () => expect.unreachable("no route was asked"),
    settings: () => DEFAULT_SETTINGS,
    routes: [],
    basePath,
    page: makePage({ folder, basePath, build: () => build }),
    onDefect: (route, cause) => expect.unreachable(`${route}: ${cause}`),
  })

describe("the page", () => {
  it("answers every address that is neither a route nor a file, at the prefix and without it", async () => {
    write(PAGE)
    const app = appAt("/oncue")
    for (const path of [
      "/",
      "/activity",
      "/settings/plex",
      "/oncue",
      "/oncue/",
      "/oncue/settings/plex",
      "/apis",
    ]) {
      const response = await app.request(path)
      const nonce = /'nonce-([\w-]{22})'/.exec(response.headers.get("content-security-policy") ?? "")?.[1]
      expect([path, response.status, await response.text()]).toEqual([
        path,
        200,
        `<base href="/oncue/"><meta nonce="${nonce}">`,
      ])
      expect(response.headers.get("cache-control")).toBe("no-store")
    }
  })

  it("leaves the API's addresses and other methods alone", async () => {
    write(PAGE)
    const app = appAt("/oncue")
    for (const path of ["/api", "/api/nothing", "/oncue/api/nothing"]) {
      expect((await app.request(path)).headers.get("content-type")).toContain("json")
    }
    expect((await app.request("/activity", { method: "POST" })).status).toBe(404)
  })

  it("lets scripts run from this server alone, and nobody frame it", async () => {
    write(PAGE)
    const { headers } = await appAt("").request("/")
    const policy = headers.get("content-security-policy") ?? ""
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain("unsafe")
    expect(headers.get("x-content-type-options")).toBe("nosniff")
  })

  it("serves files with their type, compressed where the browser can, for ever where the name has a hash", async () => {
    write(PAGE)
    const app = appAt("")
    const plain = await app.request("/assets/main-abc.js")
    expect(await plain.text()).toBe("hello()")
    expect(plain.headers.get("content-type")).toContain("text/javascript")
    expect(plain.headers.get("cache-control")).toContain("immutable")
    const packed = await app.request("/assets/main-abc.js", { headers: { "accept-encoding": "gzip, br" } })
    expect(packed.headers.get("content-encoding")).toBe("br")
    const icon = await app.request("/favicon.svg")
    expect(icon.headers.get("cache-control")).toBe("no-cache")
    const tag = icon.headers.get("etag") ?? ""
    expect((await app.request("/favicon.svg", { headers: { "if-none-match": tag } })).status).toBe(304)
  })

  it("never leaves its folder, and answers 404 for a script that is gone", async () => {
    write(PAGE)
    const app = appAt("")
    expect((await app.request("/assets/old.js")).status).toBe(404)
    for (const path of ["/../package.json", "/%2e%2e/package.json", "/assets/..%2f..%2fpackage.json"]) {
      expect(await (await app.request(path)).text()).not.toContain('oncue",')
    }
  })

  it("says what it is waiting for while there is nothing, and shows a new build without a restart", async () => {
    const app = appAt("")
    build = { _tag: "Building", sinceMs: 0 }
    const waiting = await app.request("/")
    expect([waiting.status, waiting.headers.get("retry-after")]).toEqual([503, "2"])
    expect(await waiting.text()).toContain("Building the page")
    build = { _tag: "Failed", reason: "<vite> is missing." }
    expect(await (await app.request("/")).text()).toContain("&#60;vite&#62; is missing.")
    write(PAGE)
    expect((await app.request("/")).status).toBe(200)
    write("second")
    utimesSync(join(folder, "index.html"), 1, 2)
    expect(await (await app.request("/")).text()).toBe("second")
  })
})
