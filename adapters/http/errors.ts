import * as Schema from "effect/Schema"
import type { AccessLocked, AccessRefused, EntryUnknown, PasswordUnfit } from "../../core/access/refusal.ts"
import type { NotSignedIn } from "../../core/auth/account_access.ts"
import type { PinExpired, StateRejected } from "../../core/auth/sign_in.ts"
import type { BazarrNotSet } from "../../core/bridge/open_bazarr.ts"
import type {
  WebhookAddressUnknown,
  WebhooksNeedPlexPass,
  WebhookUnknown,
} from "../../core/events/manage_webhooks.ts"
import type { SearchTargetUnclear, ServerNotSelected } from "../../core/events/request_search.ts"
import type { WebhookNotKept, WebhookRefused } from "../../core/events/webhook_list.ts"
import type { NothingToRefresh, RefreshTargetUnclear } from "../../core/library/request_refresh.ts"
import type { MigrationImpossible } from "../../core/migration/plan_migration.ts"
import type { NothingToRollBack } from "../../core/migration/roll_back_migration.ts"
import type { ReceiverUnknown } from "../../core/notify/test_receiver.ts"
import type {
  BackupUnknown,
  BazarrKeyRejected,
  BazarrUnreachable,
  CandidateUnusable,
  CatalogKeyRejected,
  CatalogUnreachable,
  JobNotInState,
  JobUnknown,
  NotificationFailed,
  PlexForbidden,
  PlexNotFound,
  PlexRefused,
  PlexUnreachable,
  ProviderQuota,
  ProviderRejected,
  ProviderUnavailable,
  QueueFull,
  SecretKeyUnavailable,
  SecretUnreadable,
  SettingsNotSaved,
  SettingsUnreadable,
  ShelfChanged,
  ShelfOccupied,
  ShelfUnavailable,
  StoreUnavailable,
  SubtitleUnreadable,
  TokenRejected,
} from "../../core/ports/mod.ts"
import type { ServerUnknown } from "../../core/servers/access_server.ts"
import type { ServerAddressInvalid, ServerNotReached } from "../../core/servers/select_server.ts"
import type { AddressRefused } from "../../core/servers/test_connection.ts"
import type { SettingInvalid } from "../../core/settings/change_settings.ts"
import type {
  RefusalUnknown,
  SubtitleNotInPlace,
  SubtitleUnknown,
} from "../../core/subtitles/subtitle_faults.ts"
import type { SweepUnknown } from "../../core/sweep/change_sweep.ts"
import type { ShiftInvalid } from "../../core/timing/retime_subtitle.ts"
import type { AnswerOverdue } from "./_deadline.ts"

/** Every error that a program may end with at the edge. A new one does not compile until it has its status below. */
export type KnownError =
  | AccessLocked
  | AccessRefused
  | AddressRefused
  | AnswerOverdue
  | BackupUnknown
  | BazarrKeyRejected
  | BazarrNotSet
  | BazarrUnreachable
  | CandidateUnusable
  | CatalogKeyRejected
  | CatalogUnreachable
  | EntryUnknown
  | JobNotInState
  | JobUnknown
  | NothingToRefresh
  | MigrationImpossible
  | NothingToRollBack
  | NotificationFailed
  | ReceiverUnknown
  | NotSignedIn
  | PasswordUnfit
  | PinExpired
  | PlexForbidden
  | PlexNotFound
  | PlexRefused
  | PlexUnreachable
  | ProviderQuota
  | ProviderRejected
  | ProviderUnavailable
  | QueueFull
  | RefreshTargetUnclear
  | RefusalUnknown
  | SearchTargetUnclear
  | SecretKeyUnavailable
  | SecretUnreadable
  | ServerAddressInvalid
  | ServerNotReached
  | ServerNotSelected
  | ServerUnknown
  | SettingInvalid
  | SettingsNotSaved
  | SettingsUnreadable
  | ShelfChanged
  | ShiftInvalid
  | ShelfOccupied
  | ShelfUnavailable
  | StateRejected
  | StoreUnavailable
  | SubtitleNotInPlace
  | SubtitleUnknown
  | SubtitleUnreadable
  | SweepUnknown
  | TokenRejected
  | WebhookAddressUnknown
  | WebhookNotKept
  | WebhookRefused
  | WebhookUnknown
  | WebhooksNeedPlexPass

/** The body of every failure but a missing key and a missing argument, which have Bazarr's own shapes. */
export const ErrorBody = Schema.Struct({
  /** A sentence for people. */
  error: Schema.String,
  /** For programs, for example `PIN_EXPIRED`. */
  code: Schema.String,
}).annotate({ identifier: "Error" })

/**
 * Status and code of each error. An upstream that refuses our credentials is 502, never 401: a browser client would take
 * a 401 as its own and sign its user out.
 */
export const STATUS_OF: { readonly [Tag in KnownError["_tag"]]: readonly [status: number, code: string] } = {
  AccessLocked: [429, "ACCESS_LOCKED"],
  AccessRefused: [403, "ACCESS_REFUSED"],
  AddressRefused: [400, "ADDRESS_REFUSED"],
  AnswerOverdue: [504, "ANSWER_OVERDUE"],
  BackupUnknown: [404, "BACKUP_NOT_FOUND"],
  BazarrKeyRejected: [502, "BAZARR_KEY_REJECTED"],
  BazarrNotSet: [400, "BAZARR_NOT_SET"],
  BazarrUnreachable: [502, "BAZARR_UNREACHABLE"],
  CandidateUnusable: [502, "SUBTITLE_UNUSABLE"],
  CatalogKeyRejected: [502, "ARR_KEY_REJECTED"],
  CatalogUnreachable: [502, "ARR_UNREACHABLE"],
  EntryUnknown: [410, "PIN_EXPIRED"],
  JobNotInState: [409, "JOB_NOT_IN_STATE"],
  JobUnknown: [404, "JOB_NOT_FOUND"],
  NothingToRefresh: [404, "ITEM_NOT_FOUND"],
  MigrationImpossible: [409, "MIGRATION_IMPOSSIBLE"],
  NothingToRollBack: [404, "NOTHING_TO_ROLL_BACK"],
  NotificationFailed: [502, "NOTIFICATION_FAILED"],
  NotSignedIn: [502, "UNAUTHORIZED"],
  PasswordUnfit: [400, "PASSWORD_UNFIT"],
  PinExpired: [410, "PIN_EXPIRED"],
  PlexForbidden: [403, "PLEX_FORBIDDEN"],
  PlexNotFound: [404, "PLEX_NOT_FOUND"],
  PlexRefused: [502, "PLEX_REFUSED"],
  PlexUnreachable: [503, "PLEX_CONNECTION_ERROR"],
  ProviderQuota: [503, "PROVIDER_QUOTA"],
  ProviderRejected: [502, "PROVIDER_REJECTED"],
  ProviderUnavailable: [503, "PROVIDER_UNAVAILABLE"],
  QueueFull: [503, "QUEUE_FULL"],
  ReceiverUnknown: [404, "RECEIVER_NOT_FOUND"],
  RefusalUnknown: [404, "BLACKLIST_ENTRY_NOT_FOUND"],
  RefreshTargetUnclear: [400, "BAD_REQUEST"],
  SearchTargetUnclear: [400, "SEARCH_TARGET_UNCLEAR"],
  SecretKeyUnavailable: [500, "SECRET_KEY_UNAVAILABLE"],
  SecretUnreadable: [502, "SECRET_UNREADABLE"],
  ServerAddressInvalid: [400, "SERVER_ADDRESS_INVALID"],
  ServerNotReached: [404, "SERVER_NOT_FOUND"],
  ServerNotSelected: [404, "SERVER_NOT_FOUND"],
  ServerUnknown: [404, "SERVER_NOT_FOUND"],
  SettingInvalid: [406, "SETTING_INVALID"],
  SettingsNotSaved: [500, "CONFIG_SAVE_ERROR"],
  SettingsUnreadable: [500, "CONFIG_INVALID"],
  ShiftInvalid: [400, "SHIFT_INVALID"],
  ShelfChanged: [409, "SUBTITLE_CHANGED"],
  ShelfOccupied: [409, "FILE_EXISTS"],
  ShelfUnavailable: [502, "FOLDER_UNAVAILABLE"],
  StateRejected: [403, "STATE_REJECTED"],
  StoreUnavailable: [503, "STORE_UNAVAILABLE"],
  SubtitleNotInPlace: [409, "SUBTITLE_NOT_IN_PLACE"],
  SubtitleUnknown: [404, "SUBTITLE_NOT_FOUND"],
  SubtitleUnreadable: [502, "SUBTITLE_UNREADABLE"],
  SweepUnknown: [404, "SWEEP_NOT_FOUND"],
  TokenRejected: [502, "INVALID_TOKEN"],
  WebhookAddressUnknown: [400, "WEBHOOK_ADDRESS_UNKNOWN"],
  WebhookNotKept: [502, "WEBHOOK_NOT_KEPT"],
  WebhookRefused: [422, "WEBHOOK_REFUSED"],
  WebhookUnknown: [404, "WEBHOOK_NOT_FOUND"],
  WebhooksNeedPlexPass: [403, "PLEX_PASS_REQUIRED"],
}

/** Seconds after which asking again makes sense, where the error knows. */
function retryAfterOf(error: KnownError): number | null {
  if ("retryAfterSeconds" in error && error.retryAfterSeconds !== null)
    return Math.ceil(error.retryAfterSeconds)
  return error._tag === "StoreUnavailable" ? 5 : null
}

/** What a caller is told. plex.tv's own 429 is passed on as such. */
export function failureAnswer(error: KnownError): {
  readonly status: number
  readonly body: typeof ErrorBody.Type
  readonly headers: Readonly<Record<string, string>>
} {
  const [usual, code] = STATUS_OF[error._tag]
  const status = error._tag === "PlexUnreachable" && error.status === 429 ? 429 : usual
  const retryAfter = retryAfterOf(error)
  return {
    status,
    body: { error: error.message, code },
    headers: retryAfter === null ? {} : { "retry-after": String(retryAfter) },
  }
}
