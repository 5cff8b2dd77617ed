import fs from "node:fs"
import fsPromises, { type FileHandle } from "node:fs/promises"
import { syncBuiltinESMExports } from "node:module"
import { StatementSync } from "node:sqlite"

/**
 * A disk that is full when it is told to be, for every module of the process: files get half of what is written to them,
 * and nothing goes into the database.
 */
export function fullDisk(): { set: (isFull: boolean) => void } {
  let full = false
  const noSpace = (syscall: string) =>
    Object.assign(new Error(`ENOSPC: no space left on device, ${syscall}`), {
      code: "ENOSPC",
      errno: -28,
      syscall,
    })

  const { open } = fsPromises
  const openAsFull = async (...given: Parameters<typeof open>): Promise<FileHandle> => {
    const handle = await open(...given)
    if (given[1] === undefined || String(given[1]).startsWith("r")) return handle
    const { writeFile } = handle
    handle.writeFile = async (data, ...options) => {
      if (!full) return writeFile.call(handle, data, ...options)
      const bytes = Buffer.from(data as string)
      await writeFile.call(handle, bytes.subarray(0, bytes.length >> 1))
      throw noSpace("write")
    }
    return handle
  }
  fsPromises.open = openAsFull as typeof open
  const { writeSync } = fs
  const writeSyncAsFull = (...given: Parameters<typeof writeSync>) => {
    // The terminal is no disk.
    if (full && Number(given[0]) > 2) throw noSpace("write")
    return writeSync(...given)
  }
  fs.writeSync = writeSyncAsFull as typeof writeSync
  syncBuiltinESMExports()

  const check = (statement: StatementSync) => {
    if (full && /^\s*(INSERT|UPDATE|DELETE)/i.test(statement.sourceSQL))
      throw Object.assign(new Error("database or disk is full"), { errcode: 13 })
  }
  const { get, run } = StatementSync.prototype
  StatementSync.prototype.run = function (this: StatementSync, ...values: Parameters<typeof run>) {
    check(this)
    return run.apply(this, values)
  } as typeof run
  StatementSync.prototype.get = function (this: StatementSync, ...values: Parameters<typeof get>) {
    check(this)
    return get.apply(this, values)
  } as typeof get
  return {
    set: (isFull) => {
      full = isFull
    },
  }
}
