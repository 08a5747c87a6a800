import type { VNode } from 'preact'
import type { CallError } from '../state/call.ts'

/** A call that failed, with what it said and a way to try it again. */
export function Failure({
  error,
  again,
}: {
  readonly error: CallError
  readonly again?: (() => void) | undefined
}): VNode {
  return (
    <div class="failure" role="alert">
      <p>
        <b>{error.code}</b> {error.message}
      </p>
      {again && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  )
}
