import { Checkbox } from "@mantine/core"
import type { Data } from "../api/types.ts"
import { Failure } from "../parts/failure.tsx"
import { Bones } from "../parts/layout.tsx"
import { useLibraries, useServers } from "../setup/libraries_step.tsx"
import { serverName } from "../strings/common.ts"
import { languages as words } from "../strings/settings.ts"
import css from "./settings.module.css"

type ServerInUse = Data<"GET /api/plex/servers">[number]

interface Choice {
  /** `machine id/section id` */
  readonly chosen: ReadonlyArray<string>
  readonly onChange: (chosen: ReadonlyArray<string>) => void
}

function OfServer({ chosen, named, onChange, server }: Choice & { server: ServerInUse; named: boolean }) {
  const list = useLibraries(server.machineIdentifier)
  if (list.error !== null) return <Failure error={list.error} again={() => void list.refetch()} />
  if (list.data === undefined) return <Bones count={2} />
  return list.data.map((library) => {
    const id = `${server.machineIdentifier}/${library.key}`
    return (
      <Checkbox
        key={id}
        size="xs"
        label={named ? `${library.title}, ${serverName(server)}` : library.title}
        checked={chosen.includes(id)}
        onChange={(event) =>
          onChange(event.currentTarget.checked ? [...chosen, id] : chosen.filter((one) => one !== id))
        }
      />
    )
  })
}

/** The libraries that a profile is for. */
export function ProfileLibraries({ chosen, onChange }: Choice) {
  const servers = useServers()
  const all = servers.data?.data ?? []
  if (all.length === 0) return null
  return (
    <fieldset className={css.group}>
      <legend className={css.label}>{words.forLibraries}</legend>
      <span className={css.help}>{words.forLibrariesHelp}</span>
      <div className={css.checks}>
        {all.map((server) => (
          <OfServer
            key={server.machineIdentifier}
            server={server}
            named={all.length > 1}
            chosen={chosen}
            onChange={onChange}
          />
        ))}
      </div>
    </fieldset>
  )
}
