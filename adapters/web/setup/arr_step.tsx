import { PageHead } from "../parts/layout.tsx"
import { ArrPanels } from "../settings/arr.tsx"
import { SettingsForm } from "../settings/form.tsx"
import { arr as words } from "../strings/setup.ts"
import { SettingsFoot } from "./settings_foot.tsx"

export default function ArrStep() {
  return (
    <>
      <PageHead title={words.title} intro={words.intro} />
      <SettingsForm bar={false}>
        <ArrPanels simple />
        <SettingsFoot done />
      </SettingsForm>
    </>
  )
}
