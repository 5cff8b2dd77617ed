import { Button, TextInput } from "@mantine/core"
import { isHttpUrl } from "../../../core/settings/shape.ts"
import { isSecretSet } from "../api/settings.ts"
import { Icon } from "../parts/icon.tsx"
import { arr as words } from "../strings/settings.ts"
import { ArrTest } from "./arr_test.tsx"
import { MaskedInput } from "./masked_input.tsx"
import { areWhole, Pairs } from "./pairs.tsx"
import { freshId, useHold, useRecords } from "./records.ts"
import css from "./settings.module.css"

interface Instance {
  readonly id: string
  readonly url: string
  readonly apikey: string
  /** Left out by one that is new. */
  readonly path_mappings?: ReadonlyArray<{ readonly from: string; readonly to: string }>
}

const noMappings: ReadonlyArray<{ readonly from: string; readonly to: string }> = []

/** What keeps the list from being saved; null when nothing does. */
function obstacleOf(list: ReadonlyArray<Instance>, app: string): string | null {
  const ids = new Set([app, ...list.map((one) => one.id)])
  if (list.some((one) => one.id.trim() === "") || ids.size <= list.length) return words.furtherNames
  if (!list.every((one) => isHttpUrl(one.url))) return words.furtherAddress
  return list.every((one) => areWhole((one.path_mappings ?? noMappings).map(({ from, to }) => [from, to])))
    ? null
    : words.mappingsWrong
}

/** The Sonarrs or Radarrs beside the first one, such as those for 4K. */
export function FurtherInstances({ app }: { readonly app: "sonarr" | "radarr" }) {
  const name = `oncue.${app}`
  const { add, change, isStored, list, remove } = useRecords<Instance>(name)
  const obstacle = obstacleOf(list, app)
  useHold(name, obstacle)
  return (
    <div className={css.field} data-setting={name}>
      <span className={css.label}>{words.further[app]}</span>
      <span className={css.help}>{words.furtherHelp}</span>
      {list.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an item is known by its place while its name is typed
        <div key={index} className={css.record}>
          <div className={css.four}>
            <TextInput
              label={words.address}
              placeholder={words.furtherPlaceholder[app]}
              spellCheck={false}
              value={one.url}
              error={one.url !== "" && !isHttpUrl(one.url) ? words.furtherAddress : null}
              onChange={(event) => change(index, { ...one, url: event.currentTarget.value })}
            />
            <TextInput
              label={words.name}
              spellCheck={false}
              // The secret of a stored one is known by its name.
              disabled={isStored(one)}
              value={one.id}
              onChange={(event) => change(index, { ...one, id: event.currentTarget.value.trim() })}
            />
          </div>
          <MaskedInput
            label={words.key}
            help={words.keyHelp}
            where={`${name}[${one.id}].apikey`}
            value={one.apikey}
            onChange={(apikey) => change(index, { ...one, apikey })}
          />
          <div className={css.field}>
            <span className={css.label}>{words.mappings}</span>
            <span className={css.help}>{words.ownMappingsHelp}</span>
            <Pairs
              from={words.theirs}
              to={words.ours}
              pairs={(one.path_mappings ?? noMappings).map(({ from, to }) => [from, to] as const)}
              set={(pairs) =>
                change(index, { ...one, path_mappings: pairs.map(([from, to]) => ({ from, to })) })
              }
              error={null}
            />
          </div>
          <ArrTest
            app={app}
            url={one.url}
            mappings={one.path_mappings ?? noMappings}
            apikey={isSecretSet(one.apikey) ? null : one.apikey}
            onMap={(theirs) =>
              change(index, {
                ...one,
                path_mappings: [...(one.path_mappings ?? noMappings), { from: theirs, to: "" }],
              })
            }
            more={
              <Button variant="subtle" color="gray" onClick={() => remove(index)}>
                {words.remove}
              </Button>
            }
          />
        </div>
      ))}
      {obstacle === words.furtherNames ? <p className={css.wrong}>{obstacle}</p> : null}
      <div>
        <Button
          size="xs"
          variant="default"
          leftSection={<Icon name="plus" size={14} />}
          onClick={() => add({ id: freshId([{ id: app }, ...list], `${app}-4k`), url: "", apikey: "" })}
        >
          {words.add[app]}
        </Button>
      </div>
    </div>
  )
}
