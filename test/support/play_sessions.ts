import type { PlaySession } from "../../core/ports/mod.ts"

/** Somebody watches an episode; what matters to a test is given. */
export function playSession(change: Partial<PlaySession> = {}): PlaySession {
  return {
    sessionKey: "91",
    ratingKey: "2013",
    type: "episode",
    guid: "plex://episode/5f0e0000000000000000e013",
    live: false,
    extra: false,
    title: "Slack Water",
    showTitle: "The Harbor Line",
    season: 1,
    episode: 3,
    sectionId: "2",
    sectionTitle: "TV Shows",
    user: { id: "1", title: "owner_user" },
    player: {
      id: "player-1",
      title: "Living Room TV",
      product: "Plex HTPC",
      platform: "Linux",
      state: "playing",
    },
    viewOffsetMs: 1_000,
    partId: "5313",
    ...change,
  }
}

/** A DLNA client as Plex names one. */
export const DLNA_PLAYER = { id: "dlna", title: "TV", product: "DLNA", platform: "DLNA", state: "playing" }
