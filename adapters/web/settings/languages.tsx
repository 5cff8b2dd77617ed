import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core"
import "@mantine/core/styles/Checkbox.css"
import "@mantine/core/styles/InlineInput.css"
import { Action } from "../parts/action.tsx"
import { Icon } from "../parts/icon.tsx"
import { Panel } from "../parts/layout.tsx"
import { languageName } from "../strings/common.ts"
import { LANGUAGES } from "../strings/languages.ts"
import { languages as words } from "../strings/settings.ts"
import { SettingsForm, useForm } from "./form.tsx"
import { ProfileLibraries } from "./profile_libraries.tsx"
import css from "./settings.module.css"

type Fit = "avoid" | "prefer" | "require"

interface Wish {
  readonly language: string
  readonly forced: Fit
  readonly hearing_impaired: Fit
  readonly unless_audio: boolean
}

interface Profile {
  readonly name: string
  readonly languages: ReadonlyArray<Wish>
  readonly cutoff: string
  readonly libraries: ReadonlyArray<string>
}

const KEY = "oncue.languages"
const wishOf = (language: string): Wish => ({
  language,
  forced: "avoid",
  hearing_impaired: "avoid",
  unless_audio: false,
})
const choices = (names: Readonly<Record<Fit, string>>) =>
  (["avoid", "prefer", "require"] as const).map((value) => ({ value, label: names[value] }))

function WishRow(props: {
  readonly wish: Wish
  readonly first: boolean
  readonly last: boolean
  readonly onChange: (wish: Wish) => void
  readonly onMove: (by: -1 | 1) => void
  readonly onRemove: () => void
}) {
  const { wish } = props
  const name = languageName(wish.language)
  return (
    <li className={css.wish}>
      <span className={css.label}>{name}</span>
      <span>
        <button
          type="button"
          className={css.iconButton}
          aria-label={words.up(name)}
          disabled={props.first}
          onClick={() => props.onMove(-1)}
        >
          <span style={{ display: "inline-flex", transform: "rotate(180deg)" }}>
            <Icon name="down" size={16} />
          </span>
        </button>
        <button
          type="button"
          className={css.iconButton}
          aria-label={words.down(name)}
          disabled={props.last}
          onClick={() => props.onMove(1)}
        >
          <Icon name="down" size={16} />
        </button>
        <button
          type="button"
          className={css.iconButton}
          aria-label={words.remove(name)}
          onClick={props.onRemove}
        >
          <Icon name="trash" size={16} />
        </button>
      </span>
      <div className={css.wishChoices}>
        <NativeSelect
          size="xs"
          aria-label={`${words.forced}: ${name}`}
          data={choices(words.forcedChoices)}
          value={wish.forced}
          onChange={(event) => props.onChange({ ...wish, forced: event.currentTarget.value as Fit })}
        />
        <NativeSelect
          size="xs"
          aria-label={`${words.hearing}: ${name}`}
          data={choices(words.hearingChoices)}
          value={wish.hearing_impaired}
          onChange={(event) =>
            props.onChange({ ...wish, hearing_impaired: event.currentTarget.value as Fit })
          }
        />
        <Checkbox
          size="xs"
          label={words.unlessAudio}
          checked={wish.unless_audio}
          onChange={(event) => props.onChange({ ...wish, unless_audio: event.currentTarget.checked })}
        />
      </div>
    </li>
  )
}

function ProfileFields({
  profile,
  onChange,
}: {
  readonly profile: Profile
  readonly onChange: (profile: Profile) => void
}) {
  const set = (languages: ReadonlyArray<Wish>) => onChange({ ...profile, languages })
  const move = (index: number, by: -1 | 1) => {
    const next = [...profile.languages]
    const [moved] = next.splice(index, 1)
    if (moved !== undefined) next.splice(index + by, 0, moved)
    set(next)
  }
  const wanted = profile.languages.map((wish) => wish.language)
  return (
    <>
      <div className={css.field}>
        <span className={css.label}>{words.languagesLabel}</span>
        {profile.languages.length === 0 ? <p className={css.help}>{words.none}</p> : null}
        <ol className={css.wishes}>
          {profile.languages.map((wish, index) => (
            <WishRow
              key={`${wish.language} ${wish.forced} ${wish.hearing_impaired}`}
              wish={wish}
              first={index === 0}
              last={index === profile.languages.length - 1}
              onChange={(next) => set(profile.languages.map((one, at) => (at === index ? next : one)))}
              onMove={(by) => move(index, by)}
              onRemove={() => set(profile.languages.filter((_, at) => at !== index))}
            />
          ))}
        </ol>
      </div>
      <NativeSelect
        label={words.addLanguage}
        data={[{ value: "", label: words.choose }, ...LANGUAGES]}
        value=""
        styles={{ wrapper: { maxWidth: "20rem" } }}
        onChange={(event) => {
          const code = event.currentTarget.value
          if (code !== "") set([...profile.languages, wishOf(code)])
        }}
      />
      {wanted.length > 1 ? (
        <NativeSelect
          label={words.cutoff}
          description={words.cutoffHelp}
          data={[
            { value: "", label: words.cutoffAll },
            ...[...new Set(wanted)].map((code) => ({ value: code, label: languageName(code) })),
          ]}
          value={profile.cutoff}
          styles={{ wrapper: { maxWidth: "20rem" } }}
          onChange={(event) => onChange({ ...profile, cutoff: event.currentTarget.value })}
        />
      ) : null}
    </>
  )
}

/** The profiles; in the wizard only the languages of the first one. */
export function LanguageProfiles({ simple }: { readonly simple: boolean }) {
  const form = useForm()
  const value = form.valueOf(KEY)
  const profiles = (Array.isArray(value) ? value : []) as ReadonlyArray<Profile>
  const shown: ReadonlyArray<Profile> =
    profiles.length > 0 ? profiles : [{ name: words.newName, languages: [], cutoff: "", libraries: [] }]
  const change = (index: number, profile: Profile) =>
    form.set(
      KEY,
      shown.map((one, at) => (at === index ? profile : one)),
    )
  const error = form.errorOf(KEY)
  return (
    <>
      {shown.slice(0, simple ? 1 : shown.length).map((profile, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a profile is known by its place while its name is typed
        <Panel key={index} title={simple ? undefined : profile.name || words.profile}>
          <div className={css.fields} style={{ maxWidth: "40rem" }}>
            {simple ? null : (
              <TextInput
                label={words.name}
                value={profile.name}
                onChange={(event) => change(index, { ...profile, name: event.currentTarget.value })}
              />
            )}
            <ProfileFields profile={profile} onChange={(next) => change(index, next)} />
            {simple || (shown.length === 1 && profile.libraries.length === 0) ? null : (
              <ProfileLibraries
                chosen={profile.libraries}
                onChange={(libraries) => change(index, { ...profile, libraries })}
              />
            )}
            {simple || shown.length === 1 ? null : (
              <div>
                <Action
                  quiet
                  onClick={() =>
                    form.set(
                      KEY,
                      shown.filter((_, at) => at !== index),
                    )
                  }
                >
                  {words.removeProfile}
                </Action>
              </div>
            )}
          </div>
        </Panel>
      ))}
      {error === null ? null : <p style={{ color: "var(--bad)" }}>{error}</p>}
      {simple ? null : (
        <div>
          <Button
            variant="default"
            leftSection={<Icon name="plus" size={16} />}
            onClick={() =>
              form.set(KEY, [
                ...shown,
                { name: `${words.profile} ${shown.length + 1}`, languages: [], cutoff: "", libraries: [] },
              ])
            }
          >
            {words.addProfile}
          </Button>
        </div>
      )}
    </>
  )
}

export default function Languages() {
  return (
    <SettingsForm>
      <p className={css.help}>{words.intro}</p>
      <LanguageProfiles simple={false} />
    </SettingsForm>
  )
}
