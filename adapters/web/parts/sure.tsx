import "@mantine/core/styles/CloseButton.css"
import "@mantine/core/styles/Modal.css"
import "@mantine/core/styles/ModalBase.css"
import "@mantine/core/styles/Overlay.css"
import "@mantine/core/styles/Paper.css"
import { Button, Modal } from "@mantine/core"
import type { ReactNode } from "react"
import { common } from "../strings/common.ts"

/** Asks before something that others would notice. The safe answer has the focus. */
export function Sure(props: {
  readonly opened: boolean
  readonly title: string
  readonly action: string
  /** The word for staying as it is; “Cancel” when left out. */
  readonly no?: string
  readonly pending?: boolean
  readonly onYes: () => void
  readonly onNo: () => void
  readonly children: ReactNode
}) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onNo}
      title={props.title}
      closeButtonProps={{ "aria-label": common.close }}
    >
      <div style={{ color: "var(--dim)", maxWidth: "65ch" }}>{props.children}</div>
      <div style={{ display: "flex", justifyContent: "flex-end", gap: 8, marginTop: 20 }}>
        <Button variant="default" data-autofocus onClick={props.onNo}>
          {props.no ?? common.cancel}
        </Button>
        <Button loading={props.pending ?? false} onClick={props.onYes}>
          {props.action}
        </Button>
      </div>
    </Modal>
  )
}
