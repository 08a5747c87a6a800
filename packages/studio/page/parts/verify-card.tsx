import type { VerifyResult } from '@agentmem/core'
import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { verified, verify } from '../state/health.ts'
import { Card } from './card.tsx'
import { Failure } from './failure.tsx'
import { counted } from './words.ts'

/** Compares the index with the store when it is asked to. */
export function VerifyCard({ hasIndex }: { readonly hasIndex: boolean }): VNode {
  const [database, setDatabase] = useState(!hasIndex)
  const { value, error, busy } = verified.state.value
  return (
    <Card
      title="Verify"
      note="Compares the index with the store, vector by vector. It reads all of both; nothing is repaired."
      facts={[]}
    >
      <label class="way">
        <input
          type="checkbox"
          checked={database}
          onChange={event => setDatabase(event.currentTarget.checked)}
        />
        <span>Let the database check its own files, too</span>
      </label>
      <button type="button" disabled={busy} onClick={() => void verify(database)}>
        {busy ? 'Verifying…' : 'Verify'}
      </button>
      <div role="status">{value && <Verdict found={value} />}</div>
      {error && <Failure error={error} />}
    </Card>
  )
}

function Verdict({ found }: { readonly found: VerifyResult }): VNode {
  const { ok, checked, missing, different, orphans, database } = found
  const wrong = `Vectors: ${missing.length} missing, ${different.length} different, ${orphans} of no memory. Run \`agentmem verify --repair\`.`
  return (
    <>
      <p class={ok ? 'well' : 'failure'}>
        {counted(checked, 'memory', 'memories')} checked. {ok ? 'All is well.' : wrong}
      </p>
      {database && (
        <p class="hint">
          {database.by === undefined
            ? `The database was not checked: ${database.advice ?? ''}`
            : `The database was checked by ${database.by}: ${counted(database.problems.length, 'problem')}.`}
        </p>
      )}
      {database && database.problems.length > 0 && (
        <ul>
          {database.problems.map(problem => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
    </>
  )
}
