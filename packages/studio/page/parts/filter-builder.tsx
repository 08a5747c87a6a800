import type { VNode } from 'preact'
import { conditions, incomplete, join, where } from '../state/chosen.ts'
import { notice } from '../state/session.ts'
import type { Condition } from '../filter/where-of.ts'
import { FilterLine } from './filter-line.tsx'
import { Select } from './select.tsx'
import { counted } from './words.ts'

const joins = [
  ['and', 'all of these hold'],
  ['or', 'one of these holds'],
] as const
const blank: Condition = { field: 'metadata', key: '', kind: 'text', comparison: 'eq', value: '' }

/** Lines that are put together, and the `where` that they make. */
export function FilterBuilder(): VNode {
  const lines = conditions.value
  const made = where.value
  const json = made && JSON.stringify(made, null, 2)
  const change = (place: number, line: Condition): void => {
    conditions.value = lines.map((old, i) => (i === place ? line : old))
  }
  return (
    <fieldset class="filter">
      <legend>Filter</legend>
      {lines.length > 1 && (
        <Select
          label="Memories of which"
          values={joins}
          value={join.value}
          onValue={value => (join.value = value)}
        />
      )}
      {lines.map((line, i) => (
        <FilterLine
          key={i}
          place={i + 1}
          line={line}
          onLine={line => change(i, line)}
          onGone={() => (conditions.value = lines.filter((_line, place) => place !== i))}
        />
      ))}
      <div class="filter-end">
        <button type="button" onClick={() => (conditions.value = [...lines, blank])}>
          Add a condition
        </button>
        {lines.length > 0 && (
          <button type="button" class="plain" onClick={() => (conditions.value = [])}>
            Remove all
          </button>
        )}
        {incomplete.value > 0 && (
          <span class="hint">{counted(incomplete.value, 'line')} still without a value</span>
        )}
      </div>
      {json === undefined ? (
        <p class="hint">
          No condition yet. What you put together here stands below as the `where` of a call.
        </p>
      ) : (
        <div class="made">
          <pre id="where" tabIndex={0} aria-label="The where that this makes">
            {json}
          </pre>
          <button type="button" onClick={() => void copy(JSON.stringify(made))}>
            Copy where
          </button>
        </div>
      )}
    </fieldset>
  )
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    notice.value = { text: 'Copied.' }
  } catch {
    notice.value = { text: 'The browser does not let this page copy; select the text instead.' }
  }
}
