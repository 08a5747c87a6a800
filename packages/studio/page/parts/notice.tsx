import type { VNode } from 'preact'
import { useEffect } from 'preact/hooks'
import { notice } from '../state/session.ts'

/** How long a notice stays, in milliseconds; one that can be undone stays until it is closed. */
const stays = 5_000

/** What has just been done. */
export function Notice(): VNode {
  const said = notice.value
  useEffect(() => {
    if (!said || said.undo) return undefined
    const timer = setTimeout(() => (notice.value = undefined), stays)
    return () => clearTimeout(timer)
  }, [said])
  return (
    <div class="notice" role="status">
      {said && (
        <div class="notice-box">
          <span>{said.text}</span>
          {said.undo && (
            <button
              type="button"
              onClick={() => {
                notice.value = undefined
                said.undo?.()
              }}
            >
              Undo
            </button>
          )}
          <button type="button" onClick={() => (notice.value = undefined)}>
            Dismiss
          </button>
        </div>
      )}
    </div>
  )
}
