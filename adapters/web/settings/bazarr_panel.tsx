import { Button } from "@mantine/core"
import { isHttpUrl } from "../../../core/settings/shape.ts"
import { call } from "../api/client.ts"
import { useChange } from "../api/queries.ts"
import { Failure } from "../parts/failure.tsx"
import { Panel } from "../parts/layout.tsx"
import { State } from "../parts/words.tsx"
import { arr } from "../strings/settings.ts"
import { bazarr as words } from "../strings/subtitles.ts"
import { ChoiceField, NumberField, SecretField, TextField } from "./fields.tsx"
import { useForm } from "./form.tsx"
import css from "./settings.module.css"

/** Asks the Bazarr as it stands in the fields, saved or not. */
function BazarrTest() {
  const form = useForm()
  const key = "oncue.bazarr_apikey"
  const test = useChange(() =>
    call("POST /api/bazarr/test", {
      input: {
        url: String(form.valueOf("oncue.bazarr_url") ?? ""),
        ...(form.isChanged(key) ? { apikey: String(form.valueOf(key)) } : {}),
      },
    }),
  )
  return (
    <div className={css.results}>
      <div>
        <Button variant="default" loading={test.isPending} onClick={() => test.mutate(undefined)}>
          {arr.test}
        </Button>
      </div>
      {test.isSuccess ? <State tone="good">{words.result(test.data.data.version)}</State> : null}
      {test.error === null ? null : <Failure error={test.error} />}
    </div>
  )
}

const MODES = (["oncue", "bazarr"] as const).map((value) => ({ value, label: words.modes[value] }))

/** Who searches and owns the files: OnCue, or a Bazarr that is there already. */
export function BazarrPanel() {
  const form = useForm()
  const isBridge = form.valueOf("oncue.mode") === "bazarr"
  return (
    <Panel title={words.title}>
      <div className={css.fields}>
        <ChoiceField name="oncue.mode" label={words.mode} help={words.modeHelp} choices={MODES} />
        {isBridge ? (
          <>
            <TextField
              name="oncue.bazarr_url"
              label={arr.address}
              placeholder="http://bazarr:6767"
              check={(text) => (isHttpUrl(text) ? null : arr.furtherAddress)}
            />
            <SecretField name="oncue.bazarr_apikey" label={arr.key} help={words.keyHelp} />
            <BazarrTest />
            <NumberField
              name="oncue.bazarr_wait"
              label={words.wait}
              help={words.waitHelp}
              minimum={5}
              maximum={480}
              unit={words.seconds}
            />
          </>
        ) : null}
      </div>
    </Panel>
  )
}
