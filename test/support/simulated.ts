import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Simulator, type SimulatorOptions, smallWorld, startSimulator } from "../simulator/mod.ts"

/** The simulated world of one test. */
export class Simulated extends Context.Service<Simulated, Simulator>()("test/Simulated") {}

/** Starts a simulator for a test and closes it after; only addresses that answer, unless the options say otherwise. */
export function simulated(options: SimulatorOptions = {}): Layer.Layer<Simulated> {
  return Layer.effect(
    Simulated,
    Effect.acquireRelease(
      Effect.promise(() =>
        startSimulator({ world: smallWorld({ connections: "live" }), plexRoot: "", ...options }),
      ),
      (simulator) => Effect.promise(() => simulator.close()),
    ),
  )
}
