/** The window in which somebody approves a sign-in at plex.tv. Whether it is still open is never asked: browsers lie. */

const FEATURES = "popup,width=600,height=720"

/** Phones have no second window worth the name; there the sign-in goes on in the same tab. */
export function isSameTab(): boolean {
  const coarse = matchMedia("(pointer: coarse)").matches && Math.min(innerWidth, innerHeight) < 700
  const standalone = matchMedia("(display-mode: standalone)").matches
  return coarse || standalone
}

export interface PlexWindow {
  /** The browser did not open one. */
  readonly blocked: boolean
  readonly go: (address: string) => void
  readonly close: () => void
}

/** Opens the window at once, as browsers demand of a click; where it leads is said later. */
export function openPlexWindow(): PlexWindow {
  const opened = window.open("about:blank", "oncue-plex", FEATURES)
  return {
    blocked: opened === null,
    go: (address) => opened?.location.replace(address),
    close: () => opened?.close(),
  }
}

/** The address of plex.tv's page with the way back to this one. */
export function withWayBack(authUrl: string, back: string): string {
  return `${authUrl}&forwardUrl=${encodeURIComponent(back)}`
}
