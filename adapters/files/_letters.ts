import { baseOf, parseLanguage } from "../../core/subtitles/language.ts"

/** What is expected of a text in a language: the encodings in use, the likeliest first, and the letters beyond ASCII. */
export interface Expected {
  readonly encodings: ReadonlyArray<string>
  /** In lower case. Empty: told by `script`. */
  readonly letters: string
  /** The most frequent of them, where an encoding can be mistaken for another with the same letters. */
  readonly frequent: string
  readonly script: RegExp | null
  /** Whether the language is written in Latin letters, so that most letters are ASCII. */
  readonly latin: boolean
}

const WESTERN = ["windows-1252", "iso-8859-15", "macintosh"]
const CENTRAL = ["windows-1250", "iso-8859-2"]
const CYRILLIC = ["windows-1251", "koi8-r", "iso-8859-5", "ibm866", "x-mac-cyrillic"]
const CHINESE =
  "的一是不了在人有我他这這个個们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于於着著下自之年过過发發后後作里裡用道行所然家种種事成方多经經么麼去法学學如都同现現当當没沒动動面起看定天分还還进進好小部其些主样樣理心她本前开開但因只从從想实實吗嗎吧呢啊什谁誰给給让讓走知很您嘅係唔佢哋咗喺"

const latin = (letters: string, encodings = WESTERN): Expected => ({
  encodings,
  letters,
  frequent: "",
  script: null,
  latin: true,
})
const other = (letters: string, encodings: ReadonlyArray<string>, frequent = ""): Expected => ({
  encodings,
  letters,
  frequent,
  script: null,
  latin: false,
})
const script = (pattern: RegExp, encodings: ReadonlyArray<string>, frequent = ""): Expected => ({
  encodings,
  letters: "",
  frequent,
  script: pattern,
  latin: false,
})

const RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
const GREEK = "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ"
const ARABIC = other("ءآأؤإئابةتثجحخدذرزسشصضطظعغـفقكلمنهوىيًٌٍَُِّْپچژگکیۀہھٹڈڑں", ["windows-1256", "iso-8859-6"])
const HEBREW = other("אבגדהוזחטיךכלםמןנסעףפץצקרשתְֱֲֳִֵֶַָֹֻּׁׂ־׳״", ["windows-1255", "iso-8859-8"])
const YUGOSLAV = latin("čćđšž", CENTRAL)

const HAN = /\p{Script=Han}/u
const simplified = script(HAN, ["gb18030", "big5"], CHINESE)
const traditional = script(HAN, ["big5", "gb18030"], CHINESE)

const BY_LANGUAGE: Readonly<Record<string, Expected>> = {
  pl: latin("ąćęłńóśźż", CENTRAL),
  cs: latin("áčďéěíňóřšťúůýž", CENTRAL),
  sk: latin("áäčďéíĺľňóôŕšťúýž", CENTRAL),
  hu: latin("áéíóöőúüű", CENTRAL),
  ro: latin("ăâîșțşţ", [...CENTRAL, "iso-8859-16"]),
  hr: YUGOSLAV,
  bs: YUGOSLAV,
  sl: YUGOSLAV,
  "sr-Latn": YUGOSLAV,
  de: latin("äöüß"),
  fr: latin("àâæçéèêëîïôœùûüÿ"),
  es: latin("áéíñóúü¿¡"),
  pt: latin("áâãàçéêíóôõúü"),
  it: latin("àèéìíîòóùú"),
  ca: latin("àçèéíïòóúü·"),
  nl: latin("áàéèëêïíóöôúü"),
  sv: latin("åäöé"),
  fi: latin("äöåšž"),
  da: latin("æøåé"),
  no: latin("æøåéòôó"),
  is: latin("áðéíóúýþæö"),
  sq: latin("çë"),
  tr: latin("çğıöşüâîûi̇", ["windows-1254", "iso-8859-9"]),
  az: latin("çğıöşüə", ["windows-1254", "iso-8859-9"]),
  lt: latin("ąčęėįšųūž", ["windows-1257", "iso-8859-13", "iso-8859-4"]),
  lv: latin("āčēģīķļņšūž", ["windows-1257", "iso-8859-13", "iso-8859-4"]),
  et: latin("äõöüšž", ["windows-1257", "windows-1252", "iso-8859-13", "iso-8859-15"]),
  vi: latin("àâãèêìòôõùýăđĩũơưáéíóú\u0300\u0301\u0303\u0309\u0323", ["windows-1258"]),
  ru: other(RUSSIAN, CYRILLIC, "оеаинтсрвл"),
  bg: other("абвгдежзийклмнопрстуфхцчшщъьюя", CYRILLIC, "аиоентсрвл"),
  mk: other("абвгдѓежзѕијклљмнњопрстќуфхцчџш", CYRILLIC, "аоиентсрвј"),
  sr: other("абвгдђежзијклљмнњопрстћуфхцчџш", CYRILLIC, "аоиенртсјк"),
  uk: other(
    "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    ["windows-1251", "koi8-u", "iso-8859-5", "ibm866"],
    "оанивітесрк",
  ),
  be: other("абвгдеёжзійклмнопрстуўфхцчшыьэюя", CYRILLIC, "аніеосрклт"),
  el: other(GREEK, ["windows-1253", "iso-8859-7"]),
  he: HEBREW,
  ar: ARABIC,
  fa: ARABIC,
  ur: ARABIC,
  th: script(/[\u0e01-\u0e5b]/, ["windows-874"]),
  ja: script(
    /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}ー、。「」]/u,
    ["shift_jis", "euc-jp"],
    "いうのにはをがたてでとしなっんるかもよ",
  ),
  ko: script(/\p{Script=Hangul}/u, ["euc-kr"], "이다는가을하고에의지어니나그사아도를게있요"),
  zh: simplified,
  "zh-Hans": simplified,
  "zh-Hant": traditional,
  yue: traditional,
}

/** English and every language that is not in the table: what foreign names and words bring. */
export const ANY = latin("éèêëáàâäãåçñíîïóôöøúüæœ")

/** What to expect of a text in a language; its code may be null. */
export function expectedOf(code: string | null): Expected {
  const language = code === null ? null : parseLanguage(code)
  if (language === null) return ANY
  return BY_LANGUAGE[language] ?? BY_LANGUAGE[baseOf(language)] ?? ANY
}

/** Every language with an alphabet of its own. */
export const ALPHABETS: ReadonlyArray<Expected> = [...new Set(Object.values(BY_LANGUAGE))].filter(
  (one) => !one.latin && one.script === null,
)

/** Every language with Latin letters, those of western Europe first, for a text whose language is not known. */
export const LATIN: ReadonlyArray<Expected> = [ANY, ...new Set(Object.values(BY_LANGUAGE))]
  .filter((one) => one.latin)
  .toSorted((a, b) => Number(a.encodings !== WESTERN) - Number(b.encodings !== WESTERN))

/** Signs that any text may have, whatever its language. */
const NEUTRAL =
  /[\u00a0«»‹›‘’‚“”„†‡•…–—―°·´`¿¡€£™©®½¼¾♪♫№ªº¹²³§×\u200e\u200f\u200b\ufeff\u3000-\u303f\uff00-\uff65]/u
/** Signs that stand after a number and never within a word. */
const FRACTION = /[½¼¾]/
const WRONG = /[\u0080-\u009f\ufffd\p{Co}\p{Cn}]/u
const LETTER = /\p{L}|\p{M}/u
/** More letters beyond ASCII than this, as a share, and it is no text of a language with Latin letters. */
const FOREIGN_SHARE_MAX = 0.6

/** What the characters of a text beyond ASCII say about its being in a language. */
export interface Likeness {
  /** The more, the more letters fit; comparable between encodings of the same bytes. */
  readonly sum: number
  /** For each character, from -3 to 3; 0.5 where there are none. */
  readonly mean: number
}

const isCapital = (character: string) => character !== character.toLowerCase()
const isSmall = (character: string) => character !== character.toUpperCase()

function pointsOf(character: string, before: string, expected: Expected): number | null {
  if (WRONG.test(character)) return -3
  const lower = character.toLowerCase()
  const known = expected.script === null ? expected.letters.includes(lower) : expected.script.test(character)
  if (!known && FRACTION.test(character) && LETTER.test(before)) return -1
  if (!known && NEUTRAL.test(character)) return null
  if (!known) return LETTER.test(character) ? -0.5 : -1
  // Capitals within a word, and letters of two scripts in one: two encodings mixed up.
  if (isCapital(character) && isSmall(before)) return -1
  if (!expected.latin && /[a-z]/i.test(before)) return -1
  return (lower === character ? 1 : 0.9) + (expected.frequent.includes(lower) ? 2 : 0)
}

/** How often each character beyond ASCII stands in a text, with the one before it; and how many ASCII letters there are. */
export interface LetterCounts {
  readonly pairs: ReadonlyMap<string, number>
  readonly ascii: number
}

/** Counted once for each encoding, so that a text is cheap to compare with many languages. */
export function countLetters(text: string): LetterCounts {
  const pairs = new Map<string, number>()
  let [ascii, before] = [0, " "]
  for (const character of text) {
    if (character >= "\u0080") {
      const pair = before + character
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
    } else if (/[a-z]/i.test(character)) ascii += 1
    before = character
  }
  return { pairs, ascii }
}

/** How much a text looks like the language: what its letters beyond ASCII are, and where they stand. */
export function likeness({ ascii, pairs }: LetterCounts, expected: Expected): Likeness {
  let [sum, counted] = [0, 0]
  for (const [pair, count] of pairs) {
    const [before = " ", character = " "] = pair
    const points = pointsOf(character, before, expected)
    if (points === null) continue
    sum += points * count
    counted += count
  }
  if (counted === 0) return { sum: 0, mean: 0.5 }
  const foreign = expected.latin && counted > 20 && counted / (counted + ascii) > FOREIGN_SHARE_MAX
  return foreign ? { sum: -counted, mean: -1 } : { sum, mean: sum / counted }
}
