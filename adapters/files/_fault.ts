import { ShelfChanged, ShelfOccupied, ShelfUnavailable } from "../../core/ports/subtitle_shelf.ts"

/** What was being done when the file system refused. */
export type Doing = "read" | "write"

type Reason = ShelfUnavailable["reason"]

function described(code: string, doing: Doing): readonly [Reason, string] {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
    case "ENODEV":
    case "ENXIO":
      return ["missing", `it is not there, or its disk is not mounted here (${code})`]
    case "EACCES":
    case "EPERM":
      return doing === "read"
        ? ["not_readable", `this user may not read it (${code})`]
        : ["not_writable", `this user may not write there (${code})`]
    case "ERR_ACCESS_DENIED":
      // Node's own answer under its permission model, before the system is asked.
      return [
        doing === "read" ? "not_readable" : "not_writable",
        "OnCue was started confined, and this is none of its media folders: name it with --media or ONCUE_MEDIA_DIRS",
      ]
    case "EROFS":
      return ["not_writable", "the file system is read-only (EROFS)"]
    case "ENOSPC":
    case "EDQUOT":
      return ["full", `the disk is full (${code})`]
    case "ENAMETOOLONG":
      return ["other", "the file system does not take names of that length (ENAMETOOLONG)"]
    case "ESTALE":
    case "EIO":
    case "EHOSTDOWN":
    case "ENOTCONN":
      return ["other", `the disk does not answer (${code})`]
    default:
      return ["other", code === "" ? "the file system gave no reason" : `the file system says ${code}`]
  }
}

/** A refusal of the file system as the port's error. Errors of the port pass as they are. */
export function fault(
  path: string,
  doing: Doing,
  error: unknown,
): ShelfUnavailable | ShelfOccupied | ShelfChanged {
  if (error instanceof ShelfUnavailable || error instanceof ShelfOccupied || error instanceof ShelfChanged) {
    return error
  }
  const [reason, detail] = described(codeOf(error), doing)
  return new ShelfUnavailable({ path, reason, detail })
}

export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : ""
}
