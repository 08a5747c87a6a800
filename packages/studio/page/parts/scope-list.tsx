import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { choose, scope, scopeParts, scopesBy } from '../state/chosen.ts'
import { loadMoreScopes, loadScopes, scopes } from '../state/scopes.ts'
import { Empty } from './empty.tsx'
import { Failure } from './failure.tsx'
import { count, counted, time } from './words.ts'

/** The users, agents or runs there are, with how many memories each has. */
export function ScopeList({ onChosen }: { readonly onChosen: () => void }): VNode {
  const [typed, setTyped] = useState('')
  const { value, error, busy } = scopes.state.value
  const by = scopesBy.value
  const [, one = '', many = ''] = scopeParts.find(([part]) => part === by) ?? []
  const wanted = typed.toLowerCase()
  const rows = value?.results.filter(row => row.value.toLowerCase().includes(wanted)) ?? []
  return (
    <>
      <div class="segments" role="group" aria-label="What is listed">
        {scopeParts.map(([part, , many]) => (
          <button key={part} type="button" aria-pressed={part === by} onClick={() => (scopesBy.value = part)}>
            {many}
          </button>
        ))}
      </div>
      <input
        type="search"
        class="scope-filter"
        aria-label={`Filter ${many.toLowerCase()}`}
        placeholder={`Filter ${many.toLowerCase()}`}
        value={typed}
        onInput={event => setTyped(event.currentTarget.value)}
      />
      {error && <Failure error={error} again={() => void loadScopes()} />}
      {value && value.results.length === 0 && (
        <Empty
          title={`No ${many.toLowerCase()}`}
          text={`No memory here names ${one === 'agent' ? 'an' : 'a'} ${one}.`}
        />
      )}
      {value && value.results.length > 0 && rows.length === 0 && (
        <Empty title={`No ${one} has '${typed}' in its name`} />
      )}
      <ul class="scopes" aria-label={many} aria-busy={busy}>
        {rows.map(({ value, memories, updatedAt }) => (
          <li key={value}>
            <button
              type="button"
              aria-pressed={scope.value[by] === value}
              title={`Last change ${time(updatedAt)} UTC`}
              onClick={() => {
                choose(by, scope.value[by] === value ? undefined : value)
                onChosen()
              }}
            >
              <bdi class="name">{value}</bdi>
              <span class="count" aria-label={counted(memories, 'memory', 'memories')}>
                {count(memories)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {value?.next !== undefined && (
        <button type="button" class="more" onClick={() => void loadMoreScopes()}>
          More {many.toLowerCase()}
        </button>
      )}
    </>
  )
}
