import { PageHead } from "../parts/layout.tsx"
import { SettingsForm } from "../settings/form.tsx"
import { LanguageProfiles } from "../settings/languages.tsx"
import { languages as words } from "../strings/settings.ts"
import { languageStep } from "../strings/setup.ts"
import { SettingsFoot } from "./settings_foot.tsx"

export default function LanguagesStep() {
  return (
    <>
      <PageHead title={languageStep.title} intro={words.intro} />
      <SettingsForm bar={false}>
        <LanguageProfiles simple />
        <SettingsFoot done />
      </SettingsForm>
    </>
  )
}
