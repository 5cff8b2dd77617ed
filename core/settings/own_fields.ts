import { parseLanguage } from "../subtitles/language.ts"
import { toolOf } from "../timing/sync_tool.ts"
import { choice, fitting, flag, headerKey, records, text, texts, whole } from "./_fields.ts"
import { ArrEntry, LanguageProfile, NotificationEntry, PathMapEntry, ServerEntry } from "./records.ts"
import { isHttpUrl, isNetwork, isPathPair, isWebhookEvent } from "./shape.ts"

/** Further instances of one application: each is told from the others by its name. */
const instances = fitting(
  records(ArrEntry, "a list of { id, url, apikey }"),
  "a list of { id, url, apikey } with ids that differ and urls such as http://nas:8989",
  (list) =>
    list.every(({ id, url }) => id.trim() !== "" && isHttpUrl(url)) &&
    new Set(list.map(({ id }) => id)).size === list.length,
)

/** Our own keys, under `oncue:` in config.yaml. */
export const OWN_FIELDS = {
  log_level: choice("INFO", ["DEBUG", "INFO", "WARNING", "ERROR"]),
  /** May post events and nothing else; can be renewed without touching the API key. */
  webhook_key: headerKey(true),
  /**
   * Addresses and networks (`10.0.0.0/8`) of reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Host` count.
   * Sign-ins to the page are limited by client address, which without this is the proxy's.
   */
  trusted_proxies: fitting(texts(), "a list of IP addresses and networks such as 172.16.0.0/12", (list) =>
    list.every(isNetwork),
  ),
  /** Plex webhook events that start a search. */
  webhook_events: fitting(
    texts(["media.play"]),
    "a list of Plex's webhook events such as media.play",
    (list) => list.every(isWebhookEvent),
  ),
  /** Listen to the event stream of every selected server. */
  event_stream: flag(true),
  /** The same viewer and item within this many minutes is one event. */
  dedupe_minutes: whole(10, 0, 1_440, "minutes"),
  /** Only these Plex users and players start a search; empty: all. */
  only_users: texts(),
  only_players: texts(),
  /** `movie`, `episode`; empty: both. */
  only_types: fitting(texts(), "a list of movie and episode, or nothing", (list) =>
    list.every((type) => type === "movie" || type === "episode"),
  ),
  servers: fitting(
    records(ServerEntry, "a list of servers with a machine_id each"),
    "a list of servers with a machine_id each, and whole addresses",
    (list) =>
      list.every(
        ({ machine_id, manual, url }) =>
          machine_id !== "" && [...manual, ...(url === "" ? [] : [url])].every(isHttpUrl),
      ),
  ),
  sonarr: instances,
  radarr: instances,
  /** From Plex's paths to ours. */
  plex_path_mappings: fitting(
    records(PathMapEntry, "a list of { from, to }"),
    "a list of { from, to } of whole paths",
    (list) => list.every(({ from, to }) => isPathPair([from, to])),
  ),
  languages: fitting(
    records(LanguageProfile, "a list of language profiles"),
    "a list of language profiles with languages such as en and pt-BR",
    (list) =>
      list.every(({ languages }) => languages.every(({ language }) => parseLanguage(language) !== null)),
  ),
  /** Ask Plex's own subtitle search, which needs no account with a provider. */
  plex_search: flag(true),
  opensubtitles_api_key: headerKey(),
  /** Longest time, in seconds, that a viewer waits for the slowest provider. */
  search_timeout: whole(20, 1, 300, "seconds"),
  /** Lowest score, out of 100, at which a subtitle is taken. */
  minimum_score: whole(60, 0, 100, "a score"),
  /** For so many days after the first subtitle a clearly better one takes its place; 0: never. */
  upgrade_days: whole(7, 0, 90, "days"),
  /** Path of ffsubsync or alass, with which a subtitle can be compared with the sound; empty: none is installed. */
  sync_tool: fitting(
    text(""),
    "the whole path of ffsubsync or alass, or nothing",
    (path) => path === "" || toolOf(path) !== null,
  ),
  /** Take cues that advertise out of a subtitle before it is stored. */
  remove_advertisements: flag(false),
  /** Take sounds and speakers' names out of a subtitle for the hearing impaired, which is then an ordinary one. */
  remove_hearing_impaired: flag(false),
  added_date_policy: choice("any_subtitle", ["any_subtitle", "first_wanted"]),
  /** Choose the new subtitle for the viewer who watches, as far as the token that we have may do so. */
  select_subtitles: flag(true),
  /** After an episode was played, also bring the subtitles of so many episodes after it; 0: none. */
  next_episodes: whole(1, 0, 10, "episodes"),
  /** Wanted languages follow the settings of whoever watches, where Plex tells them. */
  follow_viewer: flag(false),
  /** Look through every chosen library again after so many days; 0: only when somebody asks for it. */
  sweep_every_days: whole(0, 0, 365, "days"),
  /** The hour of the day, in this machine's time, from which on a sweep that is due begins. */
  sweep_hour: whole(3, 0, 23, "an hour"),
  /** Searches that sweeps may make on one day; 0: as many as the providers allow. */
  sweep_per_day: whole(0, 0, 100_000, "searches"),
  /** Who is told of every subtitle that was found; nobody unless somebody is named. */
  notifications: records(NotificationEntry, "a list of { id, type, url }"),
  /** Who searches and owns the files: OnCue itself, or the Bazarr below. */
  mode: choice("oncue", ["oncue", "bazarr"]),
  /** Address of the Bazarr, with its URL base. */
  bazarr_url: fitting(
    text(""),
    "an address such as http://bazarr:6767, or nothing",
    (url) => url === "" || isHttpUrl(url),
  ),
  bazarr_apikey: headerKey(),
  /** Longest time, in seconds, that is waited for what Bazarr was asked for. */
  bazarr_wait: whole(180, 5, 480, "seconds"),
} as const
