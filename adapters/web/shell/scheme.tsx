import { type MantineColorScheme, useComputedColorScheme, useMantineColorScheme } from "@mantine/core"
import { Icon, type IconName } from "../parts/icon.tsx"
import { nav } from "../strings/shell.ts"
import css from "./shell.module.css"

const NEXT: Readonly<Record<MantineColorScheme, MantineColorScheme>> = {
  auto: "light",
  light: "dark",
  dark: "auto",
}
const SIGNS: Readonly<Record<MantineColorScheme, IconName>> = { auto: "screen", light: "sun", dark: "moon" }

/** Goes round: as the system, light, dark. */
export function SchemeButton() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  useComputedColorScheme("dark")
  return (
    <button
      type="button"
      className={css.small}
      title={nav.scheme[colorScheme]}
      aria-label={nav.schemeLabel(nav.scheme[colorScheme])}
      onClick={() => setColorScheme(NEXT[colorScheme])}
    >
      <Icon name={SIGNS[colorScheme]} />
    </button>
  )
}
