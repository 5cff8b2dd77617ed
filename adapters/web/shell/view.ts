import { type ComponentType, lazy } from "react"

/** A view's code that could not be read. It says nothing about the view: the connection was lost, or OnCue is a newer one. */
export class NotLoaded extends Error {}

/** A view whose code is read when it is opened. */
export const view = (load: () => Promise<{ readonly default: ComponentType }>) =>
  lazy(() =>
    load().catch((cause: unknown) => {
      throw new NotLoaded("The code of a view could not be read", { cause })
    }),
  )
