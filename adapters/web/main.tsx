import "@mantine/core/styles/baseline.css"
import "@mantine/core/styles/default-css-variables.css"
import "@mantine/core/styles/global.css"
import "@mantine/core/styles/UnstyledButton.css"
import "@mantine/core/styles/Button.css"
import "@mantine/core/styles/Loader.css"
import "@mantine/core/styles/Input.css"
import "@mantine/core/styles/InlineInput.css"
import "@mantine/core/styles/PasswordInput.css"
import "@mantine/core/styles/ActionIcon.css"
import "./tokens.css"
import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core"
import { QueryClientProvider } from "@tanstack/react-query"
import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { Router } from "wouter"
import { queryClient } from "./api/queries.ts"
import { App } from "./app.tsx"
import { NotLoaded } from "./shell/view.ts"
import { theme, variables } from "./theme.ts"

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ""
/** The prefix of a reverse proxy, out of the page's base address. */
const base = new URL(document.baseURI).pathname.replace(/\/$/, "")
const schemes = localStorageColorSchemeManager({ key: "oncue-scheme" })

const root = document.getElementById("root")
if (root !== null) {
  createRoot(root, {
    // A lost connection is shown where it matters, and is no fault of the page.
    onCaughtError: (error) => {
      if (!(error instanceof NotLoaded)) console.error(error)
    },
  }).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={variables}
        colorSchemeManager={schemes}
        defaultColorScheme="auto"
        getStyleNonce={() => nonce}
      >
        <QueryClientProvider client={queryClient}>
          <Router base={base}>
            <App />
          </Router>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  )
}
