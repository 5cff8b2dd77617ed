import { PageHead } from "../parts/layout.tsx"
export default function Activity() {
  return <PageHead title="Activity" />
}
