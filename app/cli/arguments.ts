import { type ParseArgsConfig, parseArgs } from "node:util"
import { UsageError } from "../config.ts"

type Options = NonNullable<ParseArgsConfig["options"]>

/** The arguments of a command; throws UsageError with a sentence for what it does not know. */
export function commandArguments<const O extends Options>(args: ReadonlyArray<string>, options: O) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** Exactly one argument beside the options. */
export function onlyArgument(positionals: ReadonlyArray<string>, what: string): string {
  const [first] = positionals
  if (first === undefined || positionals.length > 1) throw new UsageError(`Exactly one ${what} is expected`)
  return first
}

/** No argument beside the options. */
export function noArgument(positionals: ReadonlyArray<string>): void {
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not expected`)
}
