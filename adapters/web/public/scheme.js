// Before the first paint, so that nobody who likes the dark is dazzled. The page itself takes over from here.
;(() => {
  let wish = null
  try {
    wish = localStorage.getItem("oncue-scheme")
  } catch {
    // Storage may be switched off; the system's wish counts then.
  }
  const dark = wish === "dark" || (wish !== "light" && matchMedia("(prefers-color-scheme: dark)").matches)
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light")
})()
