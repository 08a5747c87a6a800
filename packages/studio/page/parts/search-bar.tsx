import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { choose, conditions, isScoped, mode, query, scope, scopeParts, shown } from '../state/chosen.ts'
import { stats } from '../state/health.ts'
import { focusList } from '../state/keys.ts'
import { loadList } from '../state/list.ts'
import { notice } from '../state/session.ts'
import { FilterBuilder } from './filter-builder.tsx'
import { Select } from './select.tsx'

const modes = [
  ['', 'the default'],
  ['hybrid', 'words and meaning'],
  ['text', 'words'],
  ['vector', 'meaning'],
] as const
const kinds = [
  ['current', 'in force'],
  ['superseded', 'also superseded'],
  ['deleted', 'hidden'],
] as const

/** Whose memories, what is searched for, and the filter. */
export function SearchBar(): VNode {
  const [typed, setTyped] = useState(query.value)
  const [filtering, setFiltering] = useState(conditions.value.length > 0)
  useEffect(() => setTyped(query.value), [query.value])
  const hasVectors = (stats.value?.embedder.model ?? 'none') !== 'none'
  const lines = conditions.value.length
  return (
    <div class="bar">
      <form
        role="search"
        onSubmit={event => {
          event.preventDefault()
          search(typed.trim())
        }}
      >
        <input
          id="query"
          type="search"
          aria-label="Search"
          aria-keyshortcuts="/"
          placeholder={
            isScoped.value ? 'Search these memories' : 'Search, once you have chosen whose memories'
          }
          value={typed}
          onInput={event => {
            setTyped(event.currentTarget.value)
            if (event.currentTarget.value === '') query.value = ''
          }}
        />
        <button type="submit" class="primary">
          Search
        </button>
      </form>
      <div class="chips">
        {scopeParts.map(([part, one]) => {
          const value = scope.value[part]
          if (value === undefined) return null
          return (
            <button key={part} type="button" class="chip" onClick={() => choose(part, undefined)}>
              {one} <bdi>{value}</bdi> <span aria-hidden="true">×</span>
              <span class="unseen">, leave it out</span>
            </button>
          )
        })}
        {isScoped.value && (
          <>
            <button
              type="button"
              class="plain"
              aria-expanded={filtering}
              aria-controls="filter"
              onClick={() => setFiltering(!filtering)}
            >
              Filter{lines > 0 ? ` (${lines})` : ''}
            </button>
            {hasVectors && (
              <Select
                label="Search by"
                values={modes}
                value={mode.value}
                onValue={value => (mode.value = value)}
              />
            )}
            <Select
              label="Show"
              values={kinds}
              value={shown.value}
              onValue={value => (shown.value = value)}
            />
          </>
        )}
        <button type="button" class="plain" onClick={() => void loadList()}>
          Refresh
        </button>
      </div>
      <div id="filter" hidden={!(filtering && isScoped.value)}>
        <FilterBuilder />
      </div>
    </div>
  )
}

function search(text: string): void {
  if (!isScoped.value) {
    notice.value = { text: 'A search is about one user, agent or run: choose whose memories first.' }
    return
  }
  query.value = text
  if (text !== '') focusList()
}
