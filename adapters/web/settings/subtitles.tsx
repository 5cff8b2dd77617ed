import { toolOf } from "../../../core/timing/sync_tool.ts"
import { Panel } from "../parts/layout.tsx"
import { subtitles as words } from "../strings/subtitles.ts"
import { ChoiceField, NumberField, SwitchField, TextField } from "./fields.tsx"
import { SettingsForm } from "./form.tsx"
import { PairsField } from "./pairs.tsx"
import css from "./settings.module.css"

const ENDINGS = ["sdh", "cc", "hi"].map((value) => ({ value, label: `.${value}` }))

const checkTool = (text: string) => (text === "" || toolOf(text) !== null ? null : words.syncToolWrong)

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
            name="oncue.upgrade_days"
            label={words.upgrade}
            help={words.upgradeHelp}
            minimum={0}
            maximum={90}
            unit={words.days}
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
      <Panel title={words.viewer}>
        <div className={css.fields}>
          <SwitchField name="oncue.select_subtitles" label={words.select} help={words.selectHelp} />
          <SwitchField name="oncue.follow_viewer" label={words.follow} help={words.followHelp} />
          <NumberField
            name="oncue.next_episodes"
            label={words.next}
            help={words.nextHelp}
            minimum={0}
            maximum={10}
            unit={words.episodes}
          />
        </div>
      </Panel>
      <Panel title={words.files}>
        <div className={css.fields}>
          <ChoiceField name="general.hi_extension" label={words.hi} help={words.hiHelp} choices={ENDINGS} />
          <SwitchField
            name="oncue.remove_advertisements"
            label={words.advertisements}
            help={words.advertisementsHelp}
          />
          <SwitchField name="oncue.remove_hearing_impaired" label={words.sounds} help={words.soundsHelp} />
          <TextField
            name="oncue.sync_tool"
            label={words.syncTool}
            help={words.syncToolHelp}
            placeholder="/usr/local/bin/ffsubsync"
            check={checkTool}
          />
        </div>
      </Panel>
      <Panel title={words.sweep}>
        <div className={css.fields}>
          <p className={css.help}>{words.sweepHelp}</p>
          <NumberField
            name="oncue.sweep_every_days"
            label={words.sweepEvery}
            help={words.sweepEveryHelp}
            minimum={0}
            maximum={365}
            unit={words.days}
          />
          <div className={css.two}>
            <NumberField
              name="oncue.sweep_hour"
              label={words.sweepHour}
              help={words.sweepHourHelp}
              minimum={0}
              maximum={23}
              unit={words.oclock}
            />
            <NumberField
              name="oncue.sweep_per_day"
              label={words.sweepLimit}
              help={words.sweepLimitHelp}
              minimum={0}
              maximum={100_000}
            />
          </div>
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
