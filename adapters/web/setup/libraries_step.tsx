import "@mantine/core/styles/Checkbox.css"
import "@mantine/core/styles/Radio.css"
import { Button, Checkbox, Radio } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { Link } from "wouter"
import { ApiError, call } from "../api/client.ts"
import { useChange } from "../api/queries.ts"
import { Failure } from "../parts/failure.tsx"
import { Bones, Empty, PageHead, Panel } from "../parts/layout.tsx"
import { useUnsaved } from "../parts/unsaved.tsx"
import { AfterFindFields } from "../settings/after_find.tsx"
import { SettingsForm, useForm } from "../settings/form.tsx"
import { libraries as words } from "../strings/setup.ts"
import css from "./setup.module.css"
import { StepFoot } from "./step_foot.tsx"

/** The libraries of a server; what failed is an error here, although the answer is an empty list. */
export function useLibraries(serverId: string | null) {
  return useQuery({
    queryKey: ["plex libraries", serverId],
    enabled: serverId !== null,
    queryFn: async ({ signal }) => {
      const answer = await call("GET /api/plex/oauth/libraries", {
        input: { server: serverId ?? "" },
        signal,
      })
      if (answer.error !== undefined) throw new ApiError(502, answer.code ?? "", answer.error)
      return answer.data
    },
  })
}

export function useServers() {
  return useQuery({
    queryKey: ["plex servers"],
    queryFn: ({ signal }) => call("GET /api/plex/servers", { signal }),
  })
}

/** Which libraries of one server are used: all of them, or these. */
export function LibraryChoice(props: {
  readonly serverId: string
  /** Section ids; empty: all. */
  readonly chosen: ReadonlyArray<string>
  readonly onChange: (chosen: ReadonlyArray<string>, all: boolean) => void
  readonly all: boolean
}) {
  const list = useLibraries(props.serverId)
  if (list.error !== null) return <Failure error={list.error} again={() => void list.refetch()} />
  if (list.data === undefined) return <Bones count={3} />
  if (list.data.length === 0) return <Empty title={words.none} />
  const toggle = (id: string) =>
    props.onChange(
      props.chosen.includes(id) ? props.chosen.filter((one) => one !== id) : [...props.chosen, id],
      false,
    )
  return (
    <div className={css.card}>
      <div className={css.pick}>
        <Radio
          checked={props.all}
          onChange={() => props.onChange([], true)}
          label={<span className={css.pickName}>{words.all}</span>}
        />
      </div>
      {list.data.map((library) => (
        <div key={library.key} className={css.pick}>
          <Checkbox
            checked={!props.all && props.chosen.includes(library.key)}
            onChange={() => toggle(library.key)}
            label={
              <>
                <span className={css.pickName}>{library.title}</span>{" "}
                <span className={css.dead}>
                  {library.count === null ? words.unknownCount : words.items(library.count, library.type)}
                </span>
              </>
            }
          />
        </div>
      ))}
    </div>
  )
}

function Choice() {
  const form = useForm()
  const servers = useServers()
  const primary = servers.data?.data.find((server) => server.primary)
  const [draft, setDraft] = useState<{ readonly ids: ReadonlyArray<string>; readonly all: boolean } | null>(
    null,
  )
  const chosen = draft ?? { ids: primary?.libraries ?? [], all: (primary?.libraries ?? []).length === 0 }
  useUnsaved(draft !== null)
  const save = useChange(
    (serverId: string) =>
      call("PUT /api/plex/servers/{serverId}/libraries", {
        params: { serverId },
        input: { libraries: chosen.all ? [] : chosen.ids },
      }),
    ["plex servers", "settings"],
  )
  const next = async () => {
    if (primary === undefined || !(await form.save())) return false
    if (draft === null) return true
    return save.mutateAsync(primary.machineIdentifier).then(
      () => true,
      () => false,
    )
  }
  const libraries = useLibraries(primary?.machineIdentifier ?? null)
  // What stands below the list comes with it, since nobody knows how long the list will be.
  const isReading = servers.isPending || (primary !== undefined && libraries.isPending)
  const isEmpty = !chosen.all && chosen.ids.length === 0
  return (
    <>
      <div className={css.body}>
        {servers.error === null ? null : (
          <Failure error={servers.error} again={() => void servers.refetch()} />
        )}
        {servers.data !== undefined && primary === undefined ? (
          <Empty
            title={words.noServer}
            action={
              <Button component={Link} href="/setup/server" variant="default">
                {words.toServer}
              </Button>
            }
          />
        ) : null}
        {primary === undefined ? null : (
          <LibraryChoice
            serverId={primary.machineIdentifier}
            chosen={chosen.ids}
            all={chosen.all}
            onChange={(ids, all) => setDraft({ ids, all })}
          />
        )}
        {isReading ? null : isEmpty ? <p className={css.intro}>{words.atLeastOne}</p> : null}
        {isReading ? null : (
          <Panel title={words.after}>
            <AfterFindFields />
          </Panel>
        )}
        {save.error === null ? null : <Failure error={save.error} />}
        {form.failure === null ? null : <Failure error={form.failure} />}
      </div>
      <StepFoot
        done={primary !== undefined && !isEmpty}
        onNext={next}
        pending={save.isPending || form.isSaving}
      />
    </>
  )
}

export default function LibrariesStep() {
  return (
    <>
      <PageHead title={words.title} intro={words.intro} />
      <SettingsForm bar={false}>
        <Choice />
      </SettingsForm>
    </>
  )
}
