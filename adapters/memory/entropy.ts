import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Entropy } from "../../core/ports/mod.ts"

const BLOCK_BYTES = 32

/** Values that look random and are the same in every run with the same seed. For tests: whoever knows the seed knows all. */
export const layer = (seed = "seed"): Layer.Layer<Entropy> =>
  Layer.sync(Entropy, () => {
    let drawn = 0
    const draw = (count: number): Uint8Array => {
      const bytes = new Uint8Array(count)
      for (let at = 0; at < count; at += BLOCK_BYTES) {
        const block = createHash("sha256").update(`${seed}/${drawn}`).digest()
        drawn += 1
        bytes.set(block.subarray(0, count - at), at)
      }
      return bytes
    }
    const uuid = () => {
      const hex = Buffer.from(draw(16)).toString("hex")
      const variant = "89ab"[Number.parseInt(hex.slice(16, 17), 16) & 3]
      return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        `4${hex.slice(13, 16)}`,
        `${variant}${hex.slice(17, 20)}`,
        hex.slice(20),
      ].join("-")
    }
    return Entropy.of({ bytes: (count) => Effect.sync(() => draw(count)), uuid: Effect.sync(uuid) })
  })
