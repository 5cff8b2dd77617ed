import { randomBytes } from "node:crypto"
import type { Stats } from "node:fs"
import { readdir, readFile, stat } from "node:fs/promises"
import { extname, join } from "node:path"
import type { Context } from "hono"
import { withoutBase } from "./paths.ts"

/** How the page is doing while it is not there; a sentence for people. */
export type PageBuild =
  | { readonly _tag: "Building"; readonly sinceMs: number }
  | { readonly _tag: "Failed"; readonly reason: string }
  | { readonly _tag: "Idle" }

export interface PageOptions {
  /** Where vite puts the built page. */
  readonly folder: string
  /** Path prefix behind a reverse proxy, `/oncue` or empty. */
  readonly basePath: string
  /** Asked when there is no built page. */
  readonly build: () => PageBuild
}

/** What stands in the built index.html for the path prefix and for the word that allows the page's own styles. */
export const BASE_MARK = "/ONCUE-BASE/"
export const NONCE_MARK = "ONCUE-NONCE"

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
}

/** The page runs its own scripts and no others, talks to this server alone, and stands in nobody's frame. */
const policy = (nonce: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'self'",
    "frame-ancestors 'none'",
  ].join("; ")

const SAFE: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  // The window in which somebody signs in to Plex is opened by the page, which closes it afterwards.
  "cross-origin-opener-policy": "same-origin-allow-popups",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
}

interface Built {
  readonly index: string
  /** Path inside the folder, with slashes, and the file's size and time as its tag. */
  readonly files: ReadonlyMap<string, string>
  readonly mark: string
}

const markOf = (stats: Stats) => `${stats.mtimeMs.toString(36)}-${stats.size.toString(36)}`

async function read(folder: string): Promise<Built | null> {
  try {
    const mark = markOf(await stat(join(folder, "index.html")))
    const index = await readFile(join(folder, "index.html"), "utf8")
    const files = new Map<string, string>()
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      files.set(path.slice(folder.length + 1).replaceAll("\\", "/"), markOf(await stat(path)))
    }
    return { index, files, mark }
  } catch {
    // Not built yet, or being replaced at this moment; the next request looks again.
    return null
  }
}

const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

function waiting(build: PageBuild, nonce: string): string {
  const [title, text] =
    build._tag === "Building"
      ? ["Building the page", "This takes a few seconds after an update. The page opens by itself."]
      : build._tag === "Failed"
        ? ["The page could not be built", `${build.reason} The server works; only this page is missing.`]
        : [
            "The page is not built",
            "Run “npm run build” in OnCue's folder. The server works; only this page is missing.",
          ]
  const refresh = build._tag === "Building" ? '<meta http-equiv="refresh" content="2">' : ""
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">${refresh}
<meta name="viewport" content="width=device-width"><title>OnCue</title>
<style nonce="${nonce}">:root{color-scheme:light dark}body{font:16px/1.6 system-ui,sans-serif;margin:20vh auto 0;max-width:26rem;padding:0 1.5rem}h1{font-size:1.25rem;font-weight:600}</style>
</head><body><h1>${title}</h1><p>${escaped(text)}</p></body></html>`
}

/** Answers whatever is no route with the page or one of its files. */
export function makePage(options: PageOptions): (c: Context) => Promise<Response> {
  let built: Built | null = null

  /** Reads the folder again when a build has replaced it. */
  const current = async (): Promise<Built | null> => {
    const mark = await stat(join(options.folder, "index.html")).then(markOf, () => null)
    if (mark === null) built = null
    else if (built?.mark !== mark) built = await read(options.folder)
    return built
  }

  const html = (status: number, text: string, nonce: string, headers: Record<string, string> = {}) =>
    new Response(text, {
      status,
      headers: {
        ...SAFE,
        "content-type": TYPES[".html"]!,
        "content-security-policy": policy(nonce),
        "cache-control": "no-store",
        ...headers,
      },
    })

  const file = async (c: Context, page: Built, path: string): Promise<Response> => {
    const accepted = c.req.header("accept-encoding") ?? ""
    const encoding = [
      ["br", ".br"],
      ["gzip", ".gz"],
    ].find(([name, suffix]) => accepted.includes(name!) && page.files.has(path + suffix))
    const name = path + (encoding?.[1] ?? "")
    const tag = `"${page.files.get(name)}"`
    const headers = {
      ...SAFE,
      "content-type": TYPES[extname(path)] ?? "application/octet-stream",
      // Names below assets/ hold a hash of the content, so that they never change.
      "cache-control": path.startsWith("assets/") ? "public, max-age=31536000, immutable" : "no-cache",
      etag: tag,
      vary: "accept-encoding",
      ...(encoding === undefined ? {} : { "content-encoding": encoding[0]! }),
    }
    if (c.req.header("if-none-match") === tag) return new Response(null, { status: 304, headers })
    const bytes = await readFile(join(options.folder, name)).catch(() => null)
    return bytes === null
      ? new Response(null, { status: 404, headers: SAFE })
      : new Response(bytes, { status: 200, headers })
  }

  return async (c) => {
    const nonce = randomBytes(16).toString("base64url")
    const page = await current()
    if (page === null) return html(503, waiting(options.build(), nonce), nonce, { "retry-after": "2" })
    const path = withoutBase(c.req.path, options.basePath).slice(1)
    if (path !== "index.html" && page.files.has(path)) return file(c, page, path)
    // A file of a build that is gone: the page itself would only be mistaken for it.
    if (path.startsWith("assets/")) return new Response(null, { status: 404, headers: SAFE })
    const text = page.index.replaceAll(BASE_MARK, `${options.basePath}/`).replaceAll(NONCE_MARK, nonce)
    return html(200, text, nonce)
  }
}
