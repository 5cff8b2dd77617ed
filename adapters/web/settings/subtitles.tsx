import { Panel } from "../parts/layout.tsx"
import { subtitles as words } from "../strings/settings.ts"
import { ChoiceField, NumberField } from "./fields.tsx"
import { SettingsForm } from "./form.tsx"
import { PairsField } from "./pairs.tsx"
import css from "./settings.module.css"

const ENDINGS = ["sdh", "cc", "hi"].map((value) => ({ value, label: `.${value}` }))

export default function Subtitles() {
  return (
    <SettingsForm>
      <Panel title={words.choice}>
        <div className={css.fields}>
          <NumberField
            name="oncue.minimum_score"
            label={words.score}
            help={words.scoreHelp}
            minimum={0}
            maximum={100}
          />
          <NumberField
            name="oncue.search_timeout"
            label={words.timeout}
            help={words.timeoutHelp}
            minimum={1}
            maximum={300}
            unit={words.seconds}
          />
        </div>
      </Panel>
      <Panel title={words.files}>
        <div className={css.fields}>
          <ChoiceField name="general.hi_extension" label={words.hi} help={words.hiHelp} choices={ENDINGS} />
        </div>
      </Panel>
      <Panel title={words.paths}>
        <div className={css.fields} style={{ maxWidth: "none" }}>
          <p className={css.help}>{words.pathsHelp}</p>
          <PairsField
            name="oncue.plex_path_mappings"
            shape="record"
            from={words.plexPath}
            to={words.ourPath}
          />
        </div>
      </Panel>
    </SettingsForm>
  )
}
