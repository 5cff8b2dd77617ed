/** Changes to a running world that its listeners hear about. */

import { nowSeconds, type Simulation } from "./context.ts"
import { findItem, findServer } from "./play.ts"
import { emitTimeline } from "./pms/background.ts"
import type { PmsContext } from "./pms/pms_context.ts"
import type { ItemRef, NewEpisode, NewMovie } from "./simulator.ts"
import { addEpisode, addMovie, addSeason, makeMedia } from "./world/build.ts"
import { makeVideoFile } from "./world/media_files.ts"
import { type Item, METADATA_TYPE, partsOf } from "./world/plex_server.ts"

const STEPS_TO_DONE = [1, 2, 3, 4] as const

export interface Mutations {
  readonly addMovie: (movie: NewMovie) => Item
  readonly addEpisode: (episode: NewEpisode) => Item
  readonly addFile: (ref: ItemRef & { readonly file: string }) => void
  readonly removeItem: (ref: ItemRef) => void
  readonly makeFile: (ref: ItemRef) => string
}

export function makeMutations(simulation: Simulation, contexts: ReadonlyArray<PmsContext>): Mutations {
  const makeFiles = (item: Item) => {
    for (const part of partsOf(item)) makeVideoFile(simulation.paths.onDisk(part.file), part.size, part.file)
  }

  /** State 0 names what was created; the last one, 5, says no more than that it is done. */
  const announceNew = (context: PmsContext, item: Item) => {
    emitTimeline(context, item, 0, { metadataState: "created", mediaState: "analyzing" })
    simulation.work.later(context.server.scanDelayMs, () => {
      for (const state of STEPS_TO_DONE) emitTimeline(context, item, state, { metadataState: "loading" })
      emitTimeline(context, item, 5)
    })
  }

  const finishNew = (context: PmsContext, item: Item): Item => {
    item.addedAt = nowSeconds(simulation)
    item.updatedAt = item.addedAt
    if (simulation.world.files === "real") makeFiles(item)
    announceNew(context, item)
    return item
  }

  const seasonOf = (context: PmsContext, show: Item, index: number): Item =>
    show.children.map((key) => context.server.items.get(key)!).find((season) => season.index === index) ??
    addSeason(context.server, show, {
      key: String(context.server.nextId++),
      index,
      guid: `plex://season/${context.server.nextId.toString(16).padStart(24, "0")}`,
    })

  return {
    addMovie: (movie) => {
      const context = findServer(contexts, movie.server)
      const { server } = context
      const library = server.libraries.find(({ key, type }) =>
        movie.section === undefined ? type === "movie" : key === movie.section,
      )
      if (library === undefined) throw new Error(`Cannot find library "${movie.section}"`)
      const name = movie.year === undefined ? movie.title : `${movie.title} (${movie.year})`
      const key = String(server.nextId++)
      return finishNew(
        context,
        addMovie(server, {
          key,
          section: library.key,
          title: movie.title,
          guid: `plex://movie/${key.padStart(24, "0")}`,
          file: movie.file ?? `${library.locations[0]!.path}/${name}/${name}.mkv`,
          ...(movie.year === undefined ? {} : { year: movie.year }),
          ...(movie.guids === undefined ? {} : { guids: movie.guids }),
        }),
      )
    },
    addEpisode: (episode) => {
      const context = findServer(contexts, episode.server)
      const { server } = context
      const show = findItem(context, episode.show)
      const season = seasonOf(context, show, episode.season)
      const key = String(server.nextId++)
      const two = (n: number) => String(n).padStart(2, "0")
      const folder =
        server.libraries.find((library) => library.key === show.section)?.locations[0]?.path ?? "/data"
      const name = `${show.title} - S${two(episode.season)}E${two(episode.episode)}`
      return finishNew(
        context,
        addEpisode(server, season, {
          key,
          index: episode.episode,
          title: episode.title ?? `Episode ${episode.episode}`,
          guid: `plex://episode/${key.padStart(24, "0")}`,
          file: episode.file ?? `${folder}/${show.title}/Season ${two(episode.season)}/${name}.mkv`,
          ...(episode.guids === undefined ? {} : { guids: episode.guids }),
        }),
      )
    },
    addFile: (ref) => {
      const context = findServer(contexts, ref.server)
      const item = findItem(context, ref.item)
      item.media.push(makeMedia(context.server, { file: ref.file }))
      item.updatedAt = nowSeconds(simulation)
      if (simulation.world.files === "real") makeFiles(item)
      emitTimeline(context, item, 4)
      emitTimeline(context, item, 5)
    },
    removeItem: (ref) => {
      const context = findServer(contexts, ref.server)
      const item = findItem(context, ref.item)
      const library = context.server.libraries.find(({ key }) => key === item.section)
      const type = METADATA_TYPE[item.type]
      library?.items.set(
        type,
        (library.items.get(type) ?? []).filter((other) => other !== item),
      )
      const parent = item.parent === undefined ? undefined : context.server.items.get(item.parent)
      if (parent !== undefined) parent.children = parent.children.filter((key) => key !== item.ratingKey)
      context.server.items.delete(item.ratingKey)
      emitTimeline(context, item, 9, { metadataState: "deleted" })
    },
    makeFile: (ref) => {
      const context = findServer(contexts, ref.server)
      const item = findItem(context, ref.item)
      makeFiles(item)
      return simulation.paths.onDisk(partsOf(item)[0]?.file ?? "")
    },
  }
}
