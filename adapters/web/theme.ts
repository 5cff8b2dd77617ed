import {
  Button,
  type CSSVariablesResolver,
  createTheme,
  Input,
  type MantineColorsTuple,
  Modal,
} from "@mantine/core"

const amber: MantineColorsTuple = [
  "#fdf4e0",
  "#fbe7bd",
  "#f7d48a",
  "#f3c158",
  "#f0b232",
  "#e5a00d",
  "#c98a06",
  "#a87203",
  "#855600",
  "#5f3e00",
]

const dark: MantineColorsTuple = [
  "#e9e8e5",
  "#c9cacc",
  "#a6a8ac",
  "#8a8d93",
  "#44474d",
  "#2f3136",
  "#191a1d",
  "#131416",
  "#0f1011",
  "#0b0c0d",
]

/** Mantine's controls in the page's own colours (`tokens.css`). */
export const theme = createTheme({
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--mono)",
  primaryColor: "amber",
  colors: { amber, dark },
  primaryShade: 5,
  autoContrast: true,
  luminanceThreshold: 0.3,
  defaultRadius: 6,
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: "sm" } }),
    Input: Input.extend({ defaultProps: { size: "sm" } }),
    Modal: Modal.extend({
      defaultProps: {
        centered: true,
        radius: 8,
        lockScroll: false,
        overlayProps: { backgroundOpacity: 0.5 },
      },
    }),
  },
})

const colours = {
  "--mantine-color-body": "var(--bg)",
  "--mantine-color-text": "var(--text)",
  "--mantine-color-dimmed": "var(--dim)",
  "--mantine-color-placeholder": "var(--faint)",
  "--mantine-color-anchor": "var(--accent-text)",
  "--mantine-color-error": "var(--bad)",
  "--mantine-color-default": "var(--surface)",
  "--mantine-color-default-hover": "var(--raised)",
  "--mantine-color-default-color": "var(--text)",
  "--mantine-color-default-border": "var(--line-strong)",
  "--mantine-color-disabled": "var(--raised)",
  "--mantine-color-disabled-color": "var(--faint)",
  "--mantine-color-disabled-border": "var(--line)",
}

export const variables: CSSVariablesResolver = () => ({ variables: {}, dark: colours, light: colours })
