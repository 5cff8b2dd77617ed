import { PageHead } from "../parts/layout.tsx"
export default function System() {
  return <PageHead title="System" />
}
