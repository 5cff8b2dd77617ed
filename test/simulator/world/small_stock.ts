/** What the providers have for the small world. */

import { SINTEL_FILE } from "./attic.ts"
import type { StockedSubtitle } from "./stock.ts"

const sintel = {
  kind: "movie",
  title: "Sintel",
  year: 2010,
  imdbId: "tt1727587",
  tmdbId: 45_745,
} as const

const bunny = {
  kind: "movie",
  title: "Big Buck Bunny",
  year: 2008,
  imdbId: "tt1254207",
  tmdbId: 10_378,
} as const

const HARBOR_RELEASE = (episode: number) =>
  `The.Harbor.Line.S01E0${episode}.1080p.WEB-DL.AAC2.0.H.264-EXAMPLE`

function harbor(season: number, episode: number) {
  const titles = ["Chart Room", "Ebb", "Flood", "Slack Water"]
  const ids = season === 1 && episode === 3 ? { imdbId: "tt99000113", tmdbId: 9_900_113 } : {}
  return {
    kind: "episode",
    title: season === 0 ? titles[0]! : titles[episode]!,
    year: 2024,
    ...ids,
    show: {
      title: "The Harbor Line",
      imdbId: "tt99000100",
      tmdbId: 9_900_100,
      tvdbId: 990_001,
      season,
      episode,
    },
  } as const
}

function kaze(episode: number) {
  return {
    kind: "episode",
    title: `Episode ${episode}`,
    year: 2024,
    show: { title: "Kaze no Toride", tmdbId: 9_900_200, tvdbId: 990_002, season: 1, episode },
  } as const
}

function ferry(episode: number) {
  return {
    kind: "episode",
    title: episode === 1 ? "Departure" : "Arrival",
    year: 2023,
    show: {
      title: "Night Ferry",
      imdbId: "tt99000300",
      tmdbId: 9_900_300,
      tvdbId: 990_003,
      season: 1,
      episode,
    },
  } as const
}

export function smallStock(): StockedSubtitle[] {
  const stock: StockedSubtitle[] = [
    {
      id: 1,
      ...sintel,
      providers: ["openSubtitles", "subdl", "plex"],
      language: "en",
      release: "Sintel.2010.1080p.BluRay.x264-EXAMPLE",
      trusted: true,
      madeFor: [SINTEL_FILE],
      downloads: 5120,
    },
    {
      id: 2,
      ...sintel,
      providers: ["openSubtitles"],
      language: "pt-BR",
      release: "Sintel.2010.720p.WEB",
      hearingImpaired: true,
      machineTranslated: true,
    },
    {
      id: 3,
      ...sintel,
      providers: ["openSubtitles"],
      language: "fr",
      release: "Sintel.2010.1080p.BluRay.x264-EXAMPLE",
      encoding: "windows-1252",
    },
    {
      id: 4,
      ...sintel,
      providers: ["subdl"],
      language: "de",
      release: "Sintel.2010.1080p.BluRay.x264-EXAMPLE",
    },
    {
      id: 5,
      ...sintel,
      providers: ["openSubtitles", "plex"],
      language: "nl",
      release: "Sintel.2010.720p.WEB",
    },
    {
      id: 6,
      ...sintel,
      providers: ["openSubtitles"],
      language: "en",
      release: "Sintel.2010.FORCED",
      forced: true,
    },
    {
      id: 7,
      ...sintel,
      providers: ["openSubtitles", "plex"],
      language: "en",
      release: "Sintel.2010.720p.WEB",
      hearingImpaired: true,
    },
    {
      id: 10,
      ...bunny,
      providers: ["openSubtitles", "plex"],
      language: "en",
      release: "Big.Buck.Bunny.2008.1080p.BluRay-EXAMPLE",
      madeFor: ["/data/media/movies/Big Buck Bunny (2008)/Big Buck Bunny (2008).mp4"],
    },
    {
      id: 11,
      ...bunny,
      providers: ["subdl"],
      language: "nl",
      release: "Big.Buck.Bunny.2008.1080p.BluRay-EXAMPLE",
    },
    {
      id: 12,
      ...bunny,
      providers: ["openSubtitles"],
      language: "ja",
      release: "Big.Buck.Bunny.2008.BluRay",
      format: "ass",
    },
    {
      id: 13,
      ...bunny,
      providers: ["openSubtitles"],
      language: "fr",
      release: "Big.Buck.Bunny.2008.AI",
      aiTranslated: true,
    },
    { id: 30, ...harbor(0, 1), providers: ["gestdown"], language: "en", release: "EXAMPLE" },
    { id: 36, ...harbor(1, 3), providers: ["gestdown"], language: "en", release: "WIP", completed: false },
    {
      id: 37,
      ...harbor(1, 3),
      providers: ["openSubtitles"],
      language: "es-MX",
      release: HARBOR_RELEASE(3),
      encoding: "windows-1252",
    },
    {
      id: 38,
      ...harbor(1, 3),
      providers: ["gestdown"],
      language: "en",
      release: "EXAMPLE,OTHER",
      hearingImpaired: true,
    },
  ]
  for (const episode of [1, 2, 3]) {
    const base = { ...harbor(1, episode), release: HARBOR_RELEASE(episode) }
    stock.push(
      { id: 40 + episode, ...base, providers: ["gestdown"], language: "en", release: "EXAMPLE" },
      { id: 50 + episode, ...base, providers: ["openSubtitles", "plex"], language: "en", trusted: true },
      {
        id: 60 + episode,
        ...base,
        providers: ["gestdown"],
        language: "fr",
        release: "EXAMPLE",
        encoding: "windows-1252",
      },
      {
        id: 70 + episode,
        ...base,
        providers: ["subdl"],
        language: "nl",
        release: "The.Harbor.Line.S01.1080p.WEB-DL-EXAMPLE",
        seasonPack: true,
      },
    )
  }
  for (const episode of [1, 2, 3, 4, 5]) {
    stock.push({
      id: 80 + episode,
      ...kaze(episode),
      providers: ["subdl", "openSubtitles"],
      language: "en",
      release: `[Example] Kaze no Toride - 0${episode} (1080p)`,
      format: "ass",
    })
  }
  for (const episode of [1, 2]) {
    stock.push({
      id: 90 + episode,
      ...ferry(episode),
      providers: ["gestdown", "openSubtitles"],
      language: "en",
      release: "Night.Ferry.S01E01E02.720p.HDTV-EXAMPLE",
    })
  }
  return stock
}
