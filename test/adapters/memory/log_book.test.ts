import { layer } from "../../../adapters/memory/log_book.ts"
import type { LogLine } from "../../../core/system/log_line.ts"
import { logBookContract } from "../../contracts/log_book.ts"

logBookContract("memory", () => {
  let write: (line: Omit<LogLine, "id">) => void = () => {}
  return {
    layer: layer({
      writer: (given) => {
        write = given
      },
    }),
    write: (level, message, detail = {}) => write({ atMs: 1, level, message, detail }),
  }
})
