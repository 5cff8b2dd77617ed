/** The XML form of the same trees that the JSON answers carry. */

export function escapeXml(value: string): string {
  return value
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&apos;")
}

/** Names the element of one entry of an array (or of one nested object). */
export type ElementName = (key: string, value: Readonly<Record<string, unknown>>) => string

export interface XmlStyle {
  readonly element: ElementName
  /** plex.tv wraps lists in a plural element; a media server puts entries directly into the parent. */
  readonly wrapLists: boolean
  readonly boolean: (value: boolean) => string
}

type Tree = Readonly<Record<string, unknown>>

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null

function attributes(tree: Tree, style: XmlStyle): string {
  let out = ""
  for (const [key, value] of Object.entries(tree)) {
    if (value === undefined || isTree(value)) continue
    const text = typeof value === "boolean" ? style.boolean(value) : value === null ? "" : String(value)
    out += ` ${key}="${escapeXml(text)}"`
  }
  return out
}

function children(tree: Tree, style: XmlStyle, indent: string): string {
  let out = ""
  for (const [key, value] of Object.entries(tree)) {
    if (Array.isArray(value)) {
      const entries = value
        .map((entry) =>
          isTree(entry)
            ? render(style.element(key, entry), entry, style, style.wrapLists ? `${indent}  ` : indent)
            : `${indent}  <${style.element(key, {})} id="${escapeXml(String(entry))}"/>\n`,
        )
        .join("")
      out += style.wrapLists ? `${indent}<${key}>\n${entries}${indent}</${key}>\n` : entries
    } else if (isTree(value))
      out += render(style.wrapLists ? key : style.element(key, value), value, style, indent)
  }
  return out
}

function render(name: string, tree: Tree, style: XmlStyle, indent: string): string {
  const inner = children(tree, style, `${indent}  `)
  const open = `${indent}<${name}${attributes(tree, style)}`
  return inner === "" ? `${open}/>\n` : `${open}>\n${inner}${indent}</${name}>\n`
}

export function toXml(root: string, tree: Tree, style: XmlStyle): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${render(root, tree, style, "")}`
}

/** A document whose root is the list itself, as `<errors><error/></errors>`. */
export function listToXml(root: string, list: ReadonlyArray<Tree>, style: XmlStyle): string {
  const entries = list.map((entry) => render(style.element(root, entry), entry, style, "  ")).join("")
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>\n${entries}</${root}>\n`
}

/** Media servers: `<Video>`, `<Directory>`, booleans as 1 and 0. */
export const pmsXml: XmlStyle = {
  wrapLists: false,
  boolean: (value) => (value ? "1" : "0"),
  element: (key, value) => {
    if (key !== "Metadata") return key
    const type = value.type
    if (type === "show" || type === "season" || type === "artist" || type === "album") return "Directory"
    return type === "track" ? "Track" : "Video"
  },
}

/** plex.tv: lower-case names, a plural element around each list. */
export const plexTvXml: XmlStyle = {
  wrapLists: true,
  boolean: (value) => (value ? "1" : "0"),
  element: (key) => (key === "entitlements" ? "entitlement" : key.replace(/s$/, "")),
}
