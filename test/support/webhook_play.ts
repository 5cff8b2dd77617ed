import type { Simulator } from "../simulator/mod.ts"

/** What Plex posts when somebody plays this item; the viewer is anybody. */
export function playPayload(simulator: Simulator, item: string, viewer: number): unknown {
  const home = simulator.world.servers[0]!
  const found = simulator.item(item)
  return {
    event: "media.play",
    Account: { id: viewer, title: `viewer ${viewer}` },
    Server: { title: home.name, uuid: home.machineIdentifier },
    Player: { title: "TV", uuid: `player-${viewer}` },
    Metadata: {
      type: found.type,
      ratingKey: item,
      guid: found.guid,
      title: found.title,
      librarySectionID: Number(found.section),
    },
  }
}
