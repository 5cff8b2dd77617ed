import { baseOf, type Language, languageName } from "../../core/subtitles/language.ts"

/** Addic7ed's own names, where they are not the usual English ones (Bazarr's `addic7ed` converter). */
const NAMES: Readonly<Record<string, string>> = {
  ca: "Català",
  eu: "Euskera",
  gl: "Galego",
  "zh-Hans": "Chinese (Simplified)",
  zh: "Chinese (Simplified)",
  "zh-Hant": "Chinese (Traditional)",
  "pt-BR": "Portuguese (Brazilian)",
  "pt-PT": "Portuguese",
  sr: "Serbian (Cyrillic)",
  "sr-Latn": "Serbian (Latin)",
  es: "Spanish",
  "es-419": "Spanish (Latin America)",
  "es-ES": "Spanish (Spain)",
  "fr-CA": "French (Canadian)",
  no: "Norwegian",
}

/** The name under which Gestdown keeps subtitles in a language. */
export function addic7edName(language: Language): string {
  const own = NAMES[language]
  if (own !== undefined) return own
  const base = baseOf(language)
  if (base === "es") return "Spanish (Latin America)"
  return NAMES[base] ?? languageName(base as Language)
}
