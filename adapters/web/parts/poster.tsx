import { useState } from "react"
import { addressOf } from "../api/client.ts"
import { Icon } from "./icon.tsx"
import css from "./parts.module.css"

/** Widths, in pixels, in which posters are asked for: few, so that they are kept by the browser. */
const NARROW_PX = 120
const WIDE_PX = 300

/** The poster of an item, by way of the server: its address holds no token. */
export function Poster(props: {
  readonly serverId: string | null
  readonly ratingKey: string | null
  readonly kind?: "film" | "show"
  readonly wide?: boolean
}) {
  const [failed, setFailed] = useState(false)
  const { ratingKey, serverId } = props
  const width = props.wide ? WIDE_PX : NARROW_PX
  const show = !failed && serverId !== null && ratingKey !== null
  return (
    <div className={css.poster}>
      {show ? (
        <img
          alt=""
          loading="lazy"
          decoding="async"
          src={addressOf(
            `/api/plex/poster/${encodeURIComponent(serverId)}/${encodeURIComponent(ratingKey)}?width=${width}`,
          )}
          onError={() => setFailed(true)}
        />
      ) : (
        <Icon name={props.kind ?? "film"} size={props.wide ? 28 : 20} />
      )}
    </div>
  )
}
