import { Failure } from "../parts/failure.tsx"
import { useForm } from "../settings/form.tsx"
import { WrongField } from "../settings/save_bar.tsx"
import { StepFoot } from "./step_foot.tsx"

/** The buttons below a step of settings: going on saves them, skipping does not. */
export function SettingsFoot({ done }: { readonly done: boolean }) {
  const form = useForm()
  return (
    <>
      {form.failure === null ? null : <Failure error={form.failure} />}
      {form.wrong === null ? null : <WrongField wrong={form.wrong} />}
      <StepFoot
        done={done}
        onNext={form.save}
        pending={form.isSaving}
        {...(form.hasChanges ? { onSkip: form.discard } : {})}
      />
    </>
  )
}
