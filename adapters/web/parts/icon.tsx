/** The page's signs, drawn on a grid of 24 with one line width. */
const PATHS = {
  home: "M4 11.5 12 5l8 6.5V19a1 1 0 0 1-1 1h-4.5v-5.5h-5V20H5a1 1 0 0 1-1-1z",
  activity: "M3 12h4l3-7 4 14 3-7h4",
  library: "M4 5h4v15H4zM10 5h4v15h-4zM16.2 6.2l3.6-1 3 14-3.6 1z",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
  system: "M4 5h16v6H4zM4 13h16v6H4zM7.5 8h.01M7.5 16h.01",
  check: "M5 12.5 10 17.5 19.5 7",
  cross: "M6 6l12 12M18 6 6 18",
  warn: "M12 4 21 19.5H3zM12 10v4M12 17h.01",
  info: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5M12 8h.01",
  clock: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  moon: "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z",
  screen: "M3.5 5h17v11.5h-17zM9 20h6M12 16.5V20",
  out: "M14 4H5v16h9M10 12h10M16.5 8.5 20 12l-3.5 3.5",
  search: "M11 4.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM16 16l4.5 4.5",
  right: "M9 5.5 15.5 12 9 18.5",
  down: "M5.5 9 12 15.5 18.5 9",
  left: "M15 5.5 8.5 12 15 18.5",
  play: "M7 4.5v15l12-7.5z",
  pause: "M8 5v14M16 5v14",
  film: "M4 5h16v14H4zM8 5v14M16 5v14M4 9.5h4M4 14.5h4M16 9.5h4M16 14.5h4",
  show: "M3.5 7.5h17V19h-17zM8 3.5l4 4 4-4",
  words: "M4 5.5h16v13H4zM7 11.5h6M15.5 11.5H17M7 15h2.5M12 15h5",
  external: "M13 5h6v6M19 5l-8.5 8.5M10 6H5v13h13v-5",
  drag: "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01",
  plus: "M12 5v14M5 12h14",
  trash: "M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13",
  again: "M19.5 12a7.5 7.5 0 1 1-2.2-5.3M19.5 3.5v4.2h-4.2",
  download: "M12 4v11M7 10.5l5 5 5-5M4.5 20h15",
  undo: "M8.5 5 4.5 9l4 4M4.5 9H14a5.5 5.5 0 0 1 0 11h-4",
  stop: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM6.5 6.5l11 11",
  dot: "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
} as const

export type IconName = keyof typeof PATHS

/** A sign beside a word. It says nothing by itself, so readers of the screen pass over it. */
export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill={name === "dot" || name === "play" ? "currentColor" : "none"}
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
      style={{ flex: "none" }}
    >
      <path d={PATHS[name]} />
    </svg>
  )
}

/** The mark of OnCue. */
export function Mark({ size = 28 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="var(--mark)" />
      <path d="M11 7.5v9.6l8-4.8z" fill="#e5a00d" />
      <path d="M7 21h18M11 25h10" stroke="#e5a00d" strokeWidth="2.4" strokeLinecap="round" />
    </svg>
  )
}
