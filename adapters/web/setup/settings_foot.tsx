import { Failure } from "../parts/failure.tsx"
import { useForm } from "../settings/form.tsx"
import { StepFoot } from "./step_foot.tsx"

/** The buttons below a step of settings: going on saves them. */
export function SettingsFoot({ done }: { readonly done: boolean }) {
  const form = useForm()
  return (
    <>
      {form.failure === null ? null : <Failure error={form.failure} />}
      <StepFoot done={done} onNext={form.save} pending={form.isSaving} />
    </>
  )
}
