import { plex as words } from "../strings/settings.ts"
import { ChoiceField, SwitchField } from "./fields.tsx"
import { useForm } from "./form.tsx"
import css from "./settings.module.css"

const POLICIES = (["any_subtitle", "first_wanted"] as const).map((value) => ({
  value,
  label: words.policies[value],
}))

/** What Plex is asked to do when a subtitle was found. */
export function AfterFindFields() {
  const form = useForm()
  const setsDate =
    form.valueOf("plex.set_movie_added") === true || form.valueOf("plex.set_episode_added") === true
  return (
    <div className={css.fields}>
      <SwitchField name="plex.update_movie_library" label={words.updateMovie} help={words.updateMovieHelp} />
      <SwitchField
        name="plex.update_series_library"
        label={words.updateSeries}
        help={words.updateSeriesHelp}
      />
      <SwitchField name="plex.set_movie_added" label={words.setMovie} help={words.setMovieHelp} />
      <SwitchField name="plex.set_episode_added" label={words.setEpisode} help={words.setEpisodeHelp} />
      {setsDate ? (
        <ChoiceField name="oncue.added_date_policy" label={words.policy} choices={POLICIES} />
      ) : null}
    </div>
  )
}
