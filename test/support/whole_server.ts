import { afterAll } from "vitest"
import { type Simulator, smallWorld, startSimulator } from "../simulator/mod.ts"
import { type RunningServer, startIn, temporaryConfig } from "./server.ts"

/** Everybody wants Dutch: a value for the section `oncue`. */
export const DUTCH = "languages: [{ name: all, languages: [{ language: nl }] }]"

/**
 * The whole server beside a simulator, for all the tests of a file; both are gone after the last. Without an outside it is
 * the small one, all of whose connections answer and whose providers have a subtitle for anything.
 */
export async function wholeServer(
  configuration: (simulator: Simulator) => string,
  outside: Parameters<typeof startSimulator>[0] = {
    world: { ...smallWorld({ connections: "live" }), stockForAnything: true },
  },
  /** What is put into the folder before the start. */
  prepare: (folder: string, simulator: Simulator) => Promise<unknown> = async () => {},
): Promise<{ readonly simulator: Simulator; readonly server: RunningServer }> {
  const simulator = await startSimulator(outside)
  afterAll(simulator.close)
  const config = temporaryConfig(configuration(simulator))
  afterAll(config.remove)
  await prepare(config.folder, simulator)
  const server = await startIn(config.folder, simulator)
  afterAll(server.stop)
  return { simulator, server }
}
