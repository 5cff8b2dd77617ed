import type { Route } from "./route.ts"
import {
  access,
  deletePassword,
  endSession,
  enterByCode,
  enterByPassword,
  enterByPlex,
  enterByPlexCheck,
  enterFirst,
  leaveAll,
  leaveThisBrowser,
  listSessions,
  putPassword,
} from "./routes/access.ts"
import { testArr } from "./routes/arr.ts"
import {
  beginPlexSignIn,
  cancelPlexSignIn,
  checkPlexSignIn,
  clearPlexSettings,
  logOutOfPlex,
  plexAccount,
  savePlexApiKey,
  sealPlexApiKey,
  validatePlexToken,
} from "./routes/auth.ts"
import { getApiKey, listBackups, makeBackup, putApiKey, restoreBackup } from "./routes/backups.ts"
import { testBazarrBridge } from "./routes/bazarr.ts"
import { addToBlacklist, listBlacklist, removeFromBlacklist } from "./routes/blacklist.ts"
import { listItems, searchItems } from "./routes/browse.ts"
import { diagnostics } from "./routes/diagnostics.ts"
import { documentationRoutes } from "./routes/docs.ts"
import { liveEvents } from "./routes/events.ts"
import {
  plexIndex,
  rebuildPlexIndex,
  suggestPathMappings,
  testPathMapping,
} from "./routes/index_and_paths.ts"
import { cancelJob, getJob, listJobs, retryJob } from "./routes/jobs.ts"
import { listJournal } from "./routes/journal.ts"
import { listPlexLibraries } from "./routes/library.ts"
import { downloadLog, getLogLevel, listLogLines, liveLog, putLogLevel } from "./routes/logs.ts"
import {
  createPlexWebhook,
  deletePlexWebhook,
  listPlexWebhooks,
  plexWebhookStatus,
  renewPlexWebhookKey,
  testPlexWebhook,
} from "./routes/manage_webhooks.ts"
import { metrics } from "./routes/metrics.ts"
import { getMigration, runMigration, undoMigration } from "./routes/migration.ts"
import { listReceivers, testNotification } from "./routes/notifications.ts"
import { attention, nowPlaying, poster } from "./routes/playing.ts"
import { listProviders, testProviderNow, wakeProviderNow } from "./routes/providers.ts"
import { qrCode } from "./routes/qr.ts"
import { refreshPlex, undoAddedDate } from "./routes/refresh.ts"
import {
  discoverPlexServers,
  getSelectedServer,
  listPlexServers,
  selectPlexServer,
  testPlexConnection,
} from "./routes/servers.ts"
import {
  acceptServerCertificate,
  addServerAddress,
  addServerInUse,
  chooseServerLibraries,
  listServersInUse,
  makeServerPrimary,
  reconnectServersInUse,
  removeServerAddress,
  removeServerInUse,
} from "./routes/servers_in_use.ts"
import { getFixed, getSecrets, getSettings, postSettings } from "./routes/settings.ts"
import { statistics } from "./routes/statistics.ts"
import { status } from "./routes/status.ts"
import {
  checkSubtitleTiming,
  listenToSubtitleTiming,
  retimePlacedSubtitle,
  undoSubtitleTiming,
} from "./routes/subtitle_timing.ts"
import {
  listPlacedSubtitles,
  refusePlacedSubtitle,
  returnPlacedSubtitle,
  upgradePlacedSubtitle,
} from "./routes/subtitles.ts"
import { getSweeps, listMissingItems, postAllSweeps, postSweep, putSweep } from "./routes/sweeps.ts"
import { health, live, ready } from "./routes/system.ts"
import { importWebhooks, search, tautulliWebhook } from "./routes/triggers.ts"
import { verifyPlexServer } from "./routes/verify.ts"
import { plexWebhook } from "./routes/webhooks.ts"

/** Every route of the API by name: served, documented and used by the page from this one table. */
export const ROUTES = {
  beginPlexSignIn,
  checkPlexSignIn,
  cancelPlexSignIn,
  validatePlexToken,
  plexAccount,
  logOutOfPlex,
  clearPlexSettings,
  savePlexApiKey,
  sealPlexApiKey,
  listPlexServers,
  discoverPlexServers,
  testPlexConnection,
  getSelectedServer,
  selectPlexServer,
  listPlexLibraries,
  refreshPlex,
  undoAddedDate,
  plexIndex,
  rebuildPlexIndex,
  testPathMapping,
  suggestPathMappings,
  verifyPlexServer,
  listServersInUse,
  addServerInUse,
  reconnectServersInUse,
  removeServerInUse,
  makeServerPrimary,
  chooseServerLibraries,
  addServerAddress,
  removeServerAddress,
  acceptServerCertificate,
  plexWebhook,
  tautulliWebhook,
  ...importWebhooks,
  search,
  createPlexWebhook,
  listPlexWebhooks,
  deletePlexWebhook,
  testPlexWebhook,
  plexWebhookStatus,
  renewPlexWebhookKey,
  listJournal,
  listJobs,
  getJob,
  retryJob,
  cancelJob,
  health,
  live,
  ready,
  metrics,
  status,
  statistics,
  attention,
  nowPlaying,
  poster,
  testArr,
  testBazarrBridge,
  diagnostics,
  qrCode,
  getSweeps,
  listItems,
  searchItems,
  listMissingItems,
  postAllSweeps,
  postSweep,
  putSweep,
  listProviders,
  testProviderNow,
  wakeProviderNow,
  listReceivers,
  testNotification,
  listPlacedSubtitles,
  refusePlacedSubtitle,
  returnPlacedSubtitle,
  upgradePlacedSubtitle,
  retimePlacedSubtitle,
  undoSubtitleTiming,
  checkSubtitleTiming,
  listenToSubtitleTiming,
  listBlacklist,
  addToBlacklist,
  removeFromBlacklist,
  access,
  enterFirst,
  enterByCode,
  enterByPassword,
  enterByPlex,
  enterByPlexCheck,
  leaveThisBrowser,
  leaveAll,
  listSessions,
  endSession,
  putPassword,
  deletePassword,
  liveEvents,
  listLogLines,
  liveLog,
  downloadLog,
  getLogLevel,
  putLogLevel,
  listBackups,
  makeBackup,
  restoreBackup,
  getApiKey,
  putApiKey,
  getSettings,
  getFixed,
  getSecrets,
  postSettings,
  getMigration,
  runMigration,
  undoMigration,
  ...documentationRoutes(() => ALL_ROUTES),
}

/** The same, as a list. */
export const ALL_ROUTES = Object.values(ROUTES) as unknown as ReadonlyArray<Route>
