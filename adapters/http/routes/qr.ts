import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { renderSVG } from "uqr"
import { TextArgument } from "../arguments.ts"
import { answer, route } from "../route.ts"

/** Longest text, in characters: an address to scan, not a file. */
const QR_TEXT_LENGTH_MAX = 300

/** A picture that a phone reads instead of somebody typing. Made here, so that no other site learns of the address. */
export const qrCode = route({
  method: "GET",
  path: "/api/system/qr",
  media: "image/svg+xml",
  tag: "System",
  summary: "A text as a QR code",
  access: "key",
  input: Schema.Struct({
    text: TextArgument.check(Schema.isMinLength(1), Schema.isMaxLength(QR_TEXT_LENGTH_MAX)),
  }),
  answers: { 200: Schema.String },
  handle: ({ input }) =>
    Effect.sync(() =>
      answer(200, renderSVG(input.text, { border: 2, ecc: "M" }), {
        "content-type": "image/svg+xml",
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
      }),
    ),
})
