import { Button } from "@mantine/core"
import { Suspense, useEffect, useState } from "react"
import { Link, Redirect, Route, Switch, useLocation } from "wouter"
import { AccessScreen } from "./access/access_screen.tsx"
import { whenSignedOut } from "./api/client.ts"
import { queryClient, useAccess } from "./api/queries.ts"
import { Failure } from "./parts/failure.tsx"
import { Bones, PageHead } from "./parts/layout.tsx"
import { LeaveGuard } from "./parts/unsaved.tsx"
import { Boundary } from "./shell/boundary.tsx"
import { Shell } from "./shell/shell.tsx"
import { view } from "./shell/view.ts"
import { nav } from "./strings/shell.ts"

const Home = view(() => import("./home/home.tsx"))
const Activity = view(() => import("./activity/activity.tsx"))
const Story = view(() => import("./activity/story.tsx"))
const Library = view(() => import("./library/library.tsx"))
const Section = view(() => import("./library/section.tsx"))
const Settings = view(() => import("./settings/settings.tsx"))
const Setup = view(() => import("./setup/setup.tsx"))
const System = view(() => import("./system/system.tsx"))

function Nothing() {
  return (
    <>
      <PageHead title={nav.notFoundTitle} intro={nav.notFound} />
      <Button component={Link} href="/" variant="default">
        {nav.toHome}
      </Button>
    </>
  )
}

function Views() {
  const [location] = useLocation()
  return (
    <Boundary place={location}>
      <Suspense fallback={<Bones count={5} />}>
        <Switch>
          <Route path="/" component={Home} />
          <Route path="/activity" component={Activity} />
          <Route path="/activity/:job" component={Story} />
          <Route path="/library" component={Library} />
          <Route path="/library/:serverId/:sectionId" component={Section} />
          <Route path="/settings">
            <Redirect to="/settings/general" replace />
          </Route>
          <Route path="/settings/:part" component={Settings} />
          <Route path="/system">
            <Redirect to="/system/status" replace />
          </Route>
          <Route path="/system/:part" component={System} />
          <Route component={Nothing} />
        </Switch>
      </Suspense>
    </Boundary>
  )
}

/** The page: the sign-in, or the views. */
export function App() {
  const access = useAccess()
  const [ended, setEnded] = useState(false)
  useEffect(() => {
    whenSignedOut((asked) => {
      setEnded(!asked)
      void queryClient.invalidateQueries({ queryKey: ["access"] })
    })
  }, [])
  const isIn = access.data?.signedIn === true
  useEffect(() => {
    if (isIn) setEnded(false)
  }, [isIn])
  if (access.data === undefined) {
    return access.error === null ? null : (
      <main style={{ padding: "20vh 1.5rem", maxWidth: "34rem", margin: "0 auto" }}>
        <Failure error={access.error} again={() => void access.refetch()} />
      </main>
    )
  }
  if (!access.data.signedIn) return <AccessScreen access={access.data} ended={ended} />
  return (
    <>
      <LeaveGuard />
      <Switch>
        <Route path="/setup/:step?">
          <Boundary place="setup">
            <Suspense fallback={null}>
              <Setup />
            </Suspense>
          </Boundary>
        </Route>
        <Route>
          <Shell>
            <Views />
          </Shell>
        </Route>
      </Switch>
    </>
  )
}
