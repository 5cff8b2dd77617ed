import { plural } from "./common.ts"

export const setup = {
  title: "Setup",
  leave: "Leave setup",
  skip: "Skip for now",
  next: "Continue",
  back: "Back",
  finish: "Go to Home",
  progress: (step: number, of: number) => `Step ${step} of ${of}`,
  stepsLabel: "Steps of the setup",
  steps: {
    plex: "Plex",
    server: "Server",
    libraries: "Libraries",
    arr: "Sonarr, Radarr",
    languages: "Languages",
    hearing: "Playback events",
    try: "Try it",
  },
}

export const signIn = {
  title: "Sign in to Plex",
  intro:
    "OnCue asks plex.tv which servers are yours. It keeps the token sealed on this machine and gives it to nobody.",
  button: "Sign in with Plex",
  connect: "Connect to Plex",
  again: "Sign in with another account",
  signedIn: (name: string) => `Signed in as ${name}`,
  byKey: "A Plex token was pasted. It works without a sign-in.",
  unknown:
    "plex.tv does not answer, so whether the sign-in still holds cannot be told. What is on your own network goes on.",
  rejected: "Plex refuses the stored token. Sign in again.",
  waiting: "Waiting for your approval at plex.tv",
  left: (time: string) => `${time} left`,
  openAgain: "Open the page of plex.tv again",
  blocked: "Your browser did not open a window.",
  openYourself: "Open plex.tv yourself",
  cancel: "Cancel",
  otherDevice: "Use a code on another device",
  codeText: "Open plex.tv/link on any device and enter",
  codeScan: "or scan this with a phone",
  codeLabel: "Code",
  expired: "This sign-in took longer than ten minutes and has ended. Begin again.",
  qrAlt: "QR code of plex.tv/link with the code",
}

export const server = {
  title: "Choose your server",
  intro:
    "Every address of every server is tested. The nearest one that answers is used, and another one when it stops answering.",
  looking: "Asking plex.tv for your servers",
  testing: (done: number, of: number) => `Testing their addresses, ${done} of ${of} done`,
  noneTitle: "Your account has no server",
  none: "Is the server claimed, and signed in with this account? Friends' servers are not listed: only their owners can add subtitles there.",
  shared: "Include servers that are shared with me",
  again: "Test again",
  testingServer: "Testing its addresses",
  answered: (answered: number, of: number) =>
    answered === 0
      ? `Does not answer (${of} tried).`
      : `${answered} of ${plural(of, "address", "addresses")} answered.`,
  best: "The best address:",
  why: "Show why",
  whyNot: "Show less",
  details: "Show details",
  noneAnswers: "No server answers",
  noneAnswersText:
    "Is Plex Media Server running, and is this machine in the same network? A firewall on the server may refuse it, too. When it runs, test again; where only you know its address, add it by hand.",
  version: (version: string) => `version ${version.split("-")[0]}`,
  tested: (servers: number, addresses: number) =>
    `${plural(servers, "server", "servers")}, ${plural(addresses, "address", "addresses")} tested`,
  latency: (ms: number) => `${ms} ms`,
  classes: {
    local_https: "local, https",
    local_http: "local, http",
    remote_https: "remote, https",
    remote_http: "remote, http",
    relay: "relay of Plex",
  } as Readonly<Record<string, string>>,
  select: "Select Server",
  selected: "in use",
  beside: (name: string) => `Use ${name} as well`,
  choosing: "Proving that it is the server it says",
  byHand: "Add an address by hand",
  byHandHelp:
    "For a name in a container network or behind a reverse proxy: http://plex:32400. The server there must be one of yours.",
  byHandLabel: "Address",
  byHandUse: "Use this address",
  notSignedIn: "Sign in to Plex first: it tells which servers are yours.",
  toSignIn: "Sign in",
}

export const certificate = {
  accept: "Accept this certificate",
  acceptAt: (address: string) => `Accept this certificate of ${address}`,
  address: "Address",
  fingerprint: "SHA-256 fingerprint",
  sure: (name: string) => `Accept a certificate of ${name}?`,
  text: (host: string) =>
    `The one at ${host} cannot be verified. Compare its SHA-256 fingerprint with what your server or proxy shows. It is accepted for this server alone, and only as long as it stays the same.`,
}

export const libraries = {
  title: "Choose libraries",
  intro:
    "Only films and shows in these libraries get subtitles. They are kept by their id, so a library may be renamed.",
  all: "All libraries, new ones too",
  some: "These",
  items: (count: number, type: "movie" | "show") =>
    `${new Intl.NumberFormat("en").format(count)} ${type === "movie" ? (count === 1 ? "film" : "films") : count === 1 ? "show" : "shows"}`,
  unknownCount: "number unknown",
  none: "The server has no library of films or shows.",
  noServer: "Choose a server first.",
  toServer: "Choose a server",
  after: "When a subtitle is found",
  atLeastOne: "Choose at least one library, or all of them.",
}

export const hearing = {
  title: "How OnCue learns that something is played",
  intro: "One way is enough. Several do no harm: the same event is acted on once.",
  stream: "Plex event stream",
  streamHelp:
    "OnCue listens to the server itself. It needs no Plex Pass and no address at which Plex can reach OnCue.",
  streamOn: "Listen to the event stream",
  webhook: "Plex webhook",
  webhookHelp:
    "Plex calls OnCue. It needs Plex Pass, and works where the server is too far away to be listened to.",
  addressHelp: "Where Plex can reach OnCue: the address of this machine in your network, with the port.",
  addressSave: "Save and add the webhook",
  webhookAdd: "Add the webhook",
  webhookRemove: "Remove",
  webhookRemoveSure: "Remove the webhook?",
  webhookRemoveText:
    "It is taken out of the Plex account; those of other programs stay. It can be added again at any time.",
  webhookTest: "Test",
  webhookSignIn: "Sign in to Plex first: the webhook belongs to the account.",
  webhookNone: "Not added.",
  webhookThere: "Added",
  webhookStale: "An earlier form of this webhook, with another address or key.",
  webhookReplace: "Replace it",
  webhookOk: (ms: number) => `A test event came back within ${ms} ms.`,
  webhookOther: (count: number) =>
    count === 1
      ? "One webhook of another program is left alone."
      : `${count} webhooks of other programs are left alone.`,
  noPass: "This account has no Plex Pass, so Plex sends no webhooks. The event stream needs none.",
  renew: "Renew its key",
}

export const tryIt = {
  title: "Play something in Plex now",
  intro: "A film or an episode without subtitles is best. What OnCue hears appears here within a second.",
  waiting: "Listening",
  looking: "Looking whether your server is heard",
  connecting: (server: string) => `Connecting to the event stream of ${server}`,
  webhookOnly: "Waiting for a webhook. The event stream is switched off",
  heard: "Heard",
  open: "Follow the story",
  nothing:
    "Nothing yet? See System → Diagnostics, or finish and come back: every event is listed in Activity.",
}

export const arr = {
  title: "Connect Sonarr and Radarr",
  intro:
    "Optional. They know the name each file had before it was renamed, which finds better subtitles, and they tell of new imports.",
}

export const languageStep = { title: "Which subtitles do you want?" }
