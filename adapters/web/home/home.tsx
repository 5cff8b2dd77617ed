import { PageHead } from "../parts/layout.tsx"
export default function Home() {
  return <PageHead title="Home" />
}
