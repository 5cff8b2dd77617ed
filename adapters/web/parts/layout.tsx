import { type ReactNode, useEffect, useRef } from "react"
import { common } from "../strings/common.ts"
import css from "./parts.module.css"

/** The head of a view. Its title is what a reader of the screen hears first after a change of view. */
export function PageHead(props: {
  readonly title: string
  /** The part of the view that is open, for the title of the window. */
  readonly part?: string
  readonly intro?: ReactNode
  readonly actions?: ReactNode
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = [props.part, props.title, common.product].filter(Boolean).join(" · ")
  }, [props.part, props.title])
  useEffect(() => {
    // What comes after something was done here is another view. On the first load the address bar has the focus.
    const isTyping = document.activeElement?.matches("input, select, textarea") ?? false
    if (navigator.userActivation?.hasBeenActive && !isTyping) heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <header className={css.head}>
      <div>
        <h1 ref={heading} tabIndex={-1} className={css.title}>
          {props.title}
        </h1>
        {props.intro === undefined ? null : <p className={css.intro}>{props.intro}</p>}
      </div>
      {props.actions === undefined ? null : <div className={css.actions}>{props.actions}</div>}
    </header>
  )
}

/** A part of a view with its own title. */
export function Panel(props: {
  readonly title?: ReactNode
  readonly note?: ReactNode
  readonly flush?: boolean
  readonly id?: string
  readonly className?: string | undefined
  readonly children: ReactNode
}) {
  return (
    <section
      className={`${css.panel} ${props.className ?? ""}`}
      {...(props.id === undefined ? {} : { id: props.id })}
    >
      {props.title === undefined ? null : (
        <div className={css.panelHead}>
          <h2 className={css.panelTitle}>{props.title}</h2>
          {props.note === undefined ? null : <div className={css.panelNote}>{props.note}</div>}
        </div>
      )}
      <div className={props.flush ? css.flush : css.panelBody}>{props.children}</div>
    </section>
  )
}

/** Names and values. */
export function Facts({ rows }: { readonly rows: ReadonlyArray<readonly [name: string, value: ReactNode]> }) {
  return (
    <dl className={css.facts}>
      {rows.map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name}=`}>{value}</dd>])}
    </dl>
  )
}

/** What a view says when there is nothing to show: what would be here, and how it gets here. */
export function Empty(props: {
  readonly title: string
  readonly children?: ReactNode
  readonly action?: ReactNode
}) {
  return (
    <div className={css.empty}>
      <p className={css.emptyTitle}>{props.title}</p>
      {props.children === undefined ? null : <p>{props.children}</p>}
      {props.action}
    </div>
  )
}

/** A place that is being filled, of the size that it will have. */
export function Bone(props: { readonly height: number | string; readonly width?: number | string }) {
  return (
    <div
      className={css.bone}
      style={{ height: props.height, width: props.width ?? "100%" }}
      aria-hidden="true"
    />
  )
}

/** Several lines that are being filled. */
export function Bones({ count, height = 44 }: { readonly count: number; readonly height?: number }) {
  return (
    <div style={{ display: "grid", gap: 12, padding: 16 }} aria-busy="true">
      <span className="visually-hidden">{common.loading}</span>
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines have no identity
        <Bone key={index} height={height - 12} />
      ))}
    </div>
  )
}
