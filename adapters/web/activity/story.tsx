import { PageHead } from "../parts/layout.tsx"
export default function Story() {
  return <PageHead title="Story" />
}
