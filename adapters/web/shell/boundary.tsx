import { Button } from "@mantine/core"
import { Component, type ReactNode } from "react"
import { Empty } from "../parts/layout.tsx"
import { nav } from "../strings/shell.ts"

interface Props {
  /** A new value (the address) gives the view another chance. */
  readonly place: string
  readonly children: ReactNode
}

/** Keeps a view that fails from taking the rest of the page with it. */
export class Boundary extends Component<Props, { readonly failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override componentDidUpdate(before: Props) {
    if (before.place !== this.props.place && this.state.failed) this.setState({ failed: false })
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <Empty
        title={nav.crashTitle}
        action={
          <Button variant="default" onClick={() => location.reload()}>
            {nav.reload}
          </Button>
        }
      >
        {nav.crash}
      </Empty>
    )
  }
}
