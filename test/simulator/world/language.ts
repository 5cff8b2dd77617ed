/** The languages the simulated world knows, under the names each service gives them. */

export interface Language {
  /** BCP-47, as Plex's `languageTag`. */
  readonly tag: string
  /** ISO 639-2/T, as Plex's `languageCode`. */
  readonly code3: string
  /** ISO 639-2/B where it differs. */
  readonly code3b?: string
  readonly name: string
  readonly openSubtitles: string
  readonly subdl: string
}

const row = (
  tag: string,
  code3: string,
  name: string,
  openSubtitles: string,
  subdl: string,
  code3b?: string,
): Language => ({ tag, code3, name, openSubtitles, subdl, ...(code3b === undefined ? {} : { code3b }) })

export const LANGUAGES: ReadonlyArray<Language> = [
  row("en", "eng", "English", "en", "EN"),
  row("fr", "fra", "French", "fr", "FR", "fre"),
  row("de", "deu", "German", "de", "DE", "ger"),
  row("es", "spa", "Spanish", "es", "ES"),
  row("es-MX", "spa", "Spanish (Latin America)", "ea", "ES"),
  row("pt", "por", "Portuguese", "pt-PT", "PT"),
  row("pt-BR", "por", "Portuguese (Brazil)", "pt-BR", "BR_PT"),
  row("zh", "zho", "Chinese", "zh-CN", "ZH", "chi"),
  row("zh-TW", "zho", "Chinese (Traditional)", "zh-TW", "ZH_BG", "chi"),
  row("nl", "nld", "Dutch", "nl", "NL", "dut"),
  row("el", "ell", "Greek", "el", "EL", "gre"),
  row("it", "ita", "Italian", "it", "IT"),
  row("ja", "jpn", "Japanese", "ja", "JA"),
  row("hi", "hin", "Hindi", "hi", "HI"),
  row("sv", "swe", "Swedish", "sv", "SV"),
  row("pl", "pol", "Polish", "pl", "PL"),
  row("ar", "ara", "Arabic", "ar", "AR"),
  row("he", "heb", "Hebrew", "he", "HE"),
  row("cs", "ces", "Czech", "cs", "CS", "cze"),
  row("ro", "ron", "Romanian", "ro", "RO", "rum"),
  row("ru", "rus", "Russian", "ru", "RU"),
  row("da", "dan", "Danish", "da", "DA"),
  row("fi", "fin", "Finnish", "fi", "FI"),
  row("no", "nor", "Norwegian", "no", "NO"),
  row("tr", "tur", "Turkish", "tr", "TR"),
  row("ko", "kor", "Korean", "ko", "KO"),
]

/** By tag (any case), by either three-letter code, or by a provider's own code. */
export function findLanguage(code: string): Language | undefined {
  const wanted = code.toLowerCase().replace("_", "-")
  return (
    LANGUAGES.find((language) => language.tag.toLowerCase() === wanted) ??
    LANGUAGES.find(
      (language) =>
        language.code3 === wanted ||
        language.code3b === wanted ||
        language.openSubtitles.toLowerCase() === wanted ||
        language.subdl.toLowerCase().replace("_", "-") === wanted ||
        language.name.toLowerCase() === wanted,
    )
  )
}

/** Region variants the table does not list fall back to their language, as `es-419` does to `es`. */
export function languageOfSegment(segment: string): Language | undefined {
  return findLanguage(segment) ?? findLanguage(segment.split(/[-_]/)[0] ?? "")
}
