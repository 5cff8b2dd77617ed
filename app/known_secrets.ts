import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { SecretBox } from "../core/ports/mod.ts"

/** The same box, which tells of every secret that it opens or seals: the log's last filter has to know their values. */
export function tellingBox<E, R>(
  box: Layer.Layer<SecretBox, E, R>,
  tell: (values: Iterable<string>) => void,
): Layer.Layer<SecretBox, E, R> {
  const told = (secret: Redacted.Redacted) => Effect.sync(() => tell([Redacted.value(secret)]))
  return Layer.effect(
    SecretBox,
    Effect.map(SecretBox, (inner) =>
      SecretBox.of({
        ...inner,
        open: (...given) => Effect.tap(inner.open(...given), ({ secret }) => told(secret)),
        seal: (secret, ...given) => Effect.andThen(told(secret), inner.seal(secret, ...given)),
        sign: (secret, ...given) => Effect.andThen(told(secret), inner.sign(secret, ...given)),
      }),
    ),
  ).pipe(Layer.provide(box))
}
