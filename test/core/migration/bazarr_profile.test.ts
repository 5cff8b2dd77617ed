import { assert, describe, it } from "@effect/vitest"
import { languageProfiles } from "../../../core/migration/bazarr_profile.ts"
import { PROFILES } from "../../support/bazarr_files.ts"

describe("languageProfiles()", () => {
  it("puts the most used profile first and says what is lost", () => {
    const { notes, profiles } = languageProfiles(PROFILES)
    assert.deepStrictEqual(
      profiles.map((one) => [one.name, one.cutoff, one.languages.map((wanted) => wanted.language)]),
      [
        ["Everybody", "en", ["pb", "en"]],
        ["Kids", "", ["de", "en"]],
      ],
    )
    assert.deepStrictEqual(profiles[0]?.languages[0]?.forced, "require")
    assert.deepStrictEqual(profiles[1]?.languages[1]?.hearing_impaired, "require")
    assert.strictEqual(notes.length, 2)
    assert.include(notes[0], '"Everybody"')
    assert.include(notes[1], '"Kids"')
  })

  it("leaves out a profile without a language", () => {
    assert.deepStrictEqual(languageProfiles([{ id: 1, name: "x", cutoff: null, items: [], uses: 9 }]), {
      profiles: [],
      notes: [],
    })
  })
})
