import { afterAll } from "vitest"
import { type Simulator, smallWorld, startSimulator, type World } from "../simulator/mod.ts"
import { type RunningServer, startIn, temporaryConfig } from "./server.ts"

/** Everybody wants Dutch: a value for the section `oncue`. */
export const DUTCH = "languages: [{ name: all, languages: [{ language: nl }] }]"

/**
 * The whole server beside a simulator, for all the tests of a file; both are gone after the last. Without a world it is
 * the small one, all of whose connections answer and whose providers have a subtitle for anything.
 */
export async function wholeServer(
  configuration: (simulator: Simulator) => string,
  world: World = { ...smallWorld({ connections: "live" }), stockForAnything: true },
): Promise<{ readonly simulator: Simulator; readonly server: RunningServer }> {
  const simulator = await startSimulator({ world })
  afterAll(simulator.close)
  const config = temporaryConfig(configuration(simulator))
  afterAll(config.remove)
  const server = await startIn(config.folder, simulator)
  afterAll(server.stop)
  return { simulator, server }
}
