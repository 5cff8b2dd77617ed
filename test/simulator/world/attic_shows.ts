/** The shows of the main server, with the keys and ids of the recorded samples. */

import { addEpisode, addSeason, addShow, LONG_AGO } from "./build.ts"
import type { PlexServer } from "./plex_server.ts"

function addHarborLine(server: PlexServer): void {
  const show = addShow(server, {
    key: "2000",
    section: "2",
    title: "The Harbor Line",
    year: 2024,
    date: "2024-03-03",
    addedAt: LONG_AGO + 200,
    guid: "plex://show/5f0e00000000000000005001",
    guids: ["imdb://tt99000100", "tmdb://9900100", "tvdb://990001"],
    extra: { slug: "the-harbor-line", contentRating: "TV-14" },
  })
  const specials = addSeason(server, show, {
    key: "2009",
    index: 0,
    guid: "plex://season/5f0e0000000000000000a000",
  })
  const first = addSeason(server, show, {
    key: "2010",
    index: 1,
    guid: "plex://season/5f0e0000000000000000a001",
  })
  const folder = "/data/media/tv/The Harbor Line"
  const common = { year: 2024, duration: 2_640_000, addedAt: LONG_AGO + 281 } as const
  addEpisode(server, specials, {
    ...common,
    key: "2008",
    index: 1,
    title: "Chart Room",
    date: "2024-03-03",
    guid: "plex://episode/5f0e0000000000000000e001",
    guids: ["tvdb://9910100"],
    file: `${folder}/Specials/The Harbor Line - S00E01 - Chart Room WEBDL-1080p.mkv`,
    mediaId: 5201,
    partId: 5301,
  })
  const episodes = [
    ["Ebb", "2024-03-03", "e101", ["tvdb://9910101"]],
    ["Flood", "2024-03-10", "e102", ["tvdb://9910102"]],
    ["Slack Water", "2024-03-17", "e013", ["imdb://tt99000113", "tmdb://9900113", "tvdb://9910103"]],
  ] as const
  for (const [i, [title, date, id, guids]] of episodes.entries()) {
    addEpisode(server, first, {
      ...common,
      key: String(2011 + i),
      index: i + 1,
      title,
      date,
      guid: `plex://episode/5f0e0000000000000000${id}`,
      guids,
      file: `${folder}/Season 01/The Harbor Line - S01E0${i + 1} - ${title} WEBDL-1080p.mkv`,
      mediaId: 5202 + i,
      partId: 5311 + i,
      extra: { contentRating: "TV-14", audienceRating: 7.9 },
    })
  }
}

/** Two episodes in one file, and a special that was broadcast without a number. */
function addNightFerry(server: PlexServer): void {
  const show = addShow(server, {
    key: "2100",
    section: "2",
    title: "Night Ferry",
    year: 2023,
    guid: "plex://show/5f0e00000000000000005002",
    guids: ["imdb://tt99000300", "tmdb://9900300", "tvdb://990003"],
  })
  const season = addSeason(server, show, {
    key: "2110",
    index: 1,
    guid: "plex://season/5f0e0000000000000000b001",
  })
  const folder = "/data2/media/tv/Night Ferry/Season 01"
  for (const index of [1, 2]) {
    addEpisode(server, season, {
      key: String(2110 + index),
      index,
      title: index === 1 ? "Departure" : "Arrival",
      date: "2023-05-01",
      guid: `plex://episode/5f0e0000000000000000f00${index}`,
      guids: [`tvdb://991030${index}`],
      file: `${folder}/Night Ferry - S01E01-E02 - Departure + Arrival.mkv`,
      partId: 5400,
    })
  }
  addEpisode(server, season, {
    key: "2113",
    title: "Evening Edition",
    date: "2023-06-05",
    guid: "plex://episode/5f0e0000000000000000f003",
    guids: ["tvdb://9910303"],
    file: `${folder}/Night Ferry - 2023-06-05 - Evening Edition.mkv`,
  })
}

function addLegacyShow(server: PlexServer): void {
  const show = addShow(server, {
    key: "5000",
    section: "5",
    title: "The Harbor Line",
    year: 2024,
    guid: "com.plexapp.agents.thetvdb://990001?lang=en",
  })
  const season = addSeason(server, show, {
    key: "5010",
    index: 1,
    guid: "com.plexapp.agents.thetvdb://990001/1?lang=en",
  })
  addEpisode(server, season, {
    key: "5013",
    index: 3,
    title: "Slack Water",
    date: "2024-03-17",
    guid: "com.plexapp.agents.thetvdb://990001/1/3?lang=en",
    file: "/data/media/tv-old/The Harbor Line/Season 01/The.Harbor.Line.S01E03.mkv",
  })
}

function addAnime(server: PlexServer): void {
  const show = addShow(server, {
    key: "6000",
    section: "6",
    title: "風の砦",
    year: 2024,
    guid: "com.plexapp.agents.hama://anidb-99001?lang=en",
  })
  const season = addSeason(server, show, {
    key: "6010",
    index: 1,
    guid: "com.plexapp.agents.hama://anidb-99001/1?lang=en",
  })
  for (let index = 1; index <= 5; index++) {
    addEpisode(server, season, {
      key: String(6010 + index),
      index,
      title: index === 5 ? "夜明けの城壁" : `第${index}話`,
      guid: `com.plexapp.agents.hama://anidb-99001/1/${index}?lang=en`,
      file: `/data/media/anime/Kaze no Toride/Season 01/Kaze no Toride - S01E0${index}.mkv`,
    })
  }
}

export function addShows(server: PlexServer): void {
  addHarborLine(server)
  addNightFerry(server)
  addLegacyShow(server)
  addAnime(server)
}
