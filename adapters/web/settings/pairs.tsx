import { Button, TextInput } from "@mantine/core"
import { isAbsolutePath, isPathPair } from "../../../core/settings/shape.ts"
import { Icon } from "../parts/icon.tsx"
import { arr } from "../strings/settings.ts"
import { subtitles as words } from "../strings/subtitles.ts"
import { useForm } from "./form.tsx"
import { useHold } from "./records.ts"
import css from "./settings.module.css"

export type Pair = readonly [from: string, to: string]

/** What a setting has, as pairs. */
export function pairsOf(value: unknown): ReadonlyArray<Pair> {
  if (!Array.isArray(value)) return []
  return value.map((one: unknown): Pair => {
    if (Array.isArray(one)) return [String(one[0] ?? ""), String(one[1] ?? "")]
    const { from, to } = one as { readonly from: string; readonly to: string }
    return [from, to]
  })
}

/** Whether every line is filled in, or empty. */
export const areWhole = (pairs: ReadonlyArray<Pair>) => pairs.every(isPathPair)

/** A list of "their path, our path" in the settings, kept as pairs or as `{ from, to }`. */
export function PairsField(props: {
  readonly name: string
  readonly from: string
  readonly to: string
  readonly shape: "pair" | "record"
}) {
  const form = useForm()
  const value = form.valueOf(props.name)
  const pairs = pairsOf(value)
  const set = (next: ReadonlyArray<Pair>) =>
    form.set(props.name, props.shape === "pair" ? next : next.map(([from, to]) => ({ from, to })))
  useHold(props.name, areWhole(pairs) ? null : arr.mappingsWrong)
  const error = form.isChanged(props.name) ? form.errorOf(props.name) : null
  return (
    <div data-setting={props.name}>
      <Pairs from={props.from} to={props.to} pairs={pairs} set={set} error={error} />
    </div>
  )
}

/** The same for a list that is part of something larger. */
export function Pairs(props: {
  readonly from: string
  readonly to: string
  readonly pairs: ReadonlyArray<Pair>
  readonly set: (pairs: ReadonlyArray<Pair>) => void
  readonly error: string | null
}) {
  const { error, pairs, set } = props
  const change = (index: number, side: 0 | 1, text: string) =>
    set(pairs.map((pair, at) => (at === index ? (side === 0 ? [text, pair[1]] : [pair[0], text]) : pair)))
  return (
    <div className={css.field}>
      {pairs.map((pair, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two empty pairs are alike, and their place is all there is
        <div key={index} className={css.pair}>
          <TextInput
            aria-label={`${props.from} ${index + 1}`}
            placeholder={props.from}
            spellCheck={false}
            value={pair[0]}
            aria-invalid={!isPathPair(pair) && !isAbsolutePath(pair[0])}
            onChange={(event) => change(index, 0, event.currentTarget.value)}
          />
          <Icon name="right" size={16} />
          <TextInput
            aria-label={`${props.to} ${index + 1}`}
            placeholder={props.to}
            spellCheck={false}
            value={pair[1]}
            aria-invalid={!isPathPair(pair) && !isAbsolutePath(pair[1])}
            onChange={(event) => change(index, 1, event.currentTarget.value)}
          />
          <button
            type="button"
            className={css.iconButton}
            aria-label={`${words.remove} ${index + 1}`}
            onClick={() => set(pairs.filter((_, at) => at !== index))}
          >
            <Icon name="trash" size={16} />
          </button>
        </div>
      ))}
      {error === null ? null : <p className={css.wrong}>{error}</p>}
      <div>
        <Button
          size="xs"
          variant="default"
          leftSection={<Icon name="plus" size={14} />}
          onClick={() => set([...pairs, ["", ""]])}
        >
          {words.add}
        </Button>
      </div>
    </div>
  )
}
