export const nav = {
  label: "Main",
  skip: "Skip to the content",
  home: "Home",
  activity: "Activity",
  library: "Library",
  settings: "Settings",
  system: "System",
  signOut: "Sign out",
  scheme: { auto: "As the system", light: "Light", dark: "Dark" },
  schemeLabel: (now: string) => `Colours: ${now.toLowerCase()}. Change`,
  lost: "The connection to OnCue is lost. Trying again.",
  notFoundTitle: "There is nothing here",
  notFound: "The address may be from an older version.",
  toHome: "Go to Home",
  unreadTitle: "OnCue does not answer",
  unread: "This view is opened as soon as the connection is back.",
  crashTitle: "This view stopped working",
  crash:
    "Load the page again. If it happens once more, send the report in System → Diagnostics to whoever looks after OnCue.",
  reload: "Load again",
}

export const access = {
  title: "Sign in",
  first: "Welcome to OnCue",
  firstIntro: "You are at the machine that it runs on, so you may come in. Setting it up takes a minute.",
  begin: "Set up OnCue",
  codeIntro:
    "This OnCue has no owner yet. Enter the code that was printed when it started: in its terminal, or with “docker logs”.",
  codeLabel: "One-time code",
  codePlaceholder: "XXXXX-XXXXX",
  codeButton: "Continue",
  haveCode: "Use a one-time code",
  noWay:
    "This OnCue has no owner yet, and its one-time code was used or is older than a day. Start OnCue again: it prints a new code.",
  plexButton: "Sign in with Plex",
  plexNote: "With the account that owns this installation.",
  plexWaiting: "Waiting for your approval at plex.tv",
  plexOpen: "Open plex.tv again",
  plexBlocked: "Your browser did not open a window.",
  plexOpenLink: "Open plex.tv yourself",
  passwordLabel: "Password",
  passwordButton: "Sign in",
  locked: (time: string) => `Too many attempts from this device. Try again in ${time}.`,
  ended:
    "You were signed out: this browser's sign-in has ended, or was ended from another one. What you had changed is still there once you are back; only keys and passwords have to be typed again.",
  checking: "Checking whether you are signed in",
}
