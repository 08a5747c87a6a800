import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { doomed, remove } from '../state/detail.ts'
import type { Deletion } from '../state/detail.ts'
import { focusList } from '../state/keys.ts'

const ways: readonly (readonly [Deletion, string, string])[] = [
  ['soft', 'Hide it', 'No call finds it. It can be restored.'],
  ['hard', 'Delete it', 'Its text is left in its history.'],
  ['purge', 'Delete it with its history', 'Nothing is left of it.'],
]

/** Asks before a memory is deleted, and how. The focus is on the way out. */
export function DeleteDialog(): VNode {
  const dialog = useRef<HTMLDialogElement>(null)
  const [how, setHow] = useState<Deletion>('hard')
  const [error, setError] = useState('')
  const [busy, setBusy] = useState(false)
  const row = doomed.value
  const hidden = row?.hidden === true
  useEffect(() => {
    if (!row) return dialog.current?.close()
    setHow('hard')
    setError('')
    dialog.current?.showModal()
  }, [row])

  async function confirm(): Promise<void> {
    if (!row || busy) return
    setBusy(true)
    try {
      await remove(row, how)
      doomed.value = undefined
    } catch (thrown) {
      setError(thrown instanceof Error ? thrown.message : String(thrown))
    }
    setBusy(false)
  }

  return (
    <dialog
      ref={dialog}
      aria-labelledby="delete-title"
      onClose={() => {
        doomed.value = undefined
        focusList()
      }}
    >
      <form
        method="dialog"
        onSubmit={event => {
          event.preventDefault()
          void confirm()
        }}
      >
        <h2 id="delete-title">Delete this memory?</h2>
        <blockquote dir="auto">{row?.memory.slice(0, 300)}</blockquote>
        <fieldset>
          <legend class="unseen">How</legend>
          {ways
            .filter(([name]) => !(hidden && name === 'soft'))
            .map(([name, words, about]) => (
              <label key={name} class="way">
                <input type="radio" name="how" checked={how === name} onChange={() => setHow(name)} />
                <span>
                  <b>{words}</b> {about}
                </span>
              </label>
            ))}
        </fieldset>
        {error !== '' && (
          <p class="failure" role="alert">
            {error}
          </p>
        )}
        <div class="actions">
          <button type="button" autofocus onClick={() => (doomed.value = undefined)}>
            Cancel
          </button>
          <button type="submit" class="danger" disabled={busy}>
            {how === 'soft' ? 'Hide' : 'Delete'}
          </button>
        </div>
      </form>
    </dialog>
  )
}
