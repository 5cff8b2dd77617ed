import { Button } from "@mantine/core"
import type { ReactNode } from "react"

/** A small button beside what it acts on. A view has one action that is more than that, and it is no `Action`. */
export function Action(props: {
  /** The one that is meant to be taken, where something offers several. */
  readonly main?: boolean
  /** One that is seldom wanted. */
  readonly quiet?: boolean
  readonly loading?: boolean
  readonly disabled?: boolean
  /** What it is called where its word alone does not tell. */
  readonly "aria-label"?: string
  readonly onClick: () => void
  readonly children: ReactNode
}) {
  const { main = false, quiet = false, ...rest } = props
  return (
    <Button
      size="xs"
      variant={main ? "filled" : quiet ? "subtle" : "default"}
      {...(quiet ? { color: "gray" } : {})}
      {...rest}
    />
  )
}
