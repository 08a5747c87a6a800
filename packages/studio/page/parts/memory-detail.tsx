import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { close, doomed, open, opened, openId, restore } from '../state/detail.ts'
import type { Detail } from '../state/detail.ts'
import { focusList } from '../state/keys.ts'
import { about } from '../state/session.ts'
import { Empty } from './empty.tsx'
import { Failure } from './failure.tsx'
import { HistoryView } from './history-view.tsx'
import { isNarrow } from './list-keys.ts'
import { MemoryFacts } from './memory-facts.tsx'
import { ScoreParts } from './score-parts.tsx'
import { counted } from './words.ts'

/** One memory with all that is known of it. */
export function MemoryDetail(): VNode {
  const { value, error, busy } = opened.state.value
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    // Over the list, it is where one goes on; beside it, the arrow keys stay where they are.
    if (isNarrow()) heading.current?.focus()
  }, [openId.value])
  return (
    <section class="detail" aria-labelledby="detail-title" aria-busy={busy}>
      <div class="detail-head">
        <h2 id="detail-title" ref={heading} tabIndex={-1}>
          Memory
        </h2>
        <button
          type="button"
          onClick={() => {
            close()
            focusList()
          }}
        >
          Close
        </button>
      </div>
      {busy && !value && <p class="hint">Loading…</p>}
      {error && <Failure error={error} again={() => void open(openId.value ?? '')} />}
      {value && <Known detail={value} />}
    </section>
  )
}

function Known({ detail: { id, item, history } }: { readonly detail: Detail }): VNode {
  const canWrite = about.value?.readOnly === false
  if (!item && history.length === 0)
    return (
      <Empty
        title="Nothing is known of this id"
        text={`${id}: it was deleted with its history, or never was.`}
      />
    )
  return (
    <>
      {item ? (
        <>
          <p class="whole-text" dir="auto">
            {item.memory}
          </p>
          {item.length !== undefined && (
            <p class="hint">The beginning of {counted(item.length, 'character')}.</p>
          )}
        </>
      ) : (
        <Empty
          title="This memory is not there any more"
          text="It was deleted or hidden. Its history is left."
        />
      )}
      {item && canWrite && (
        <div class="actions">
          {item.hidden && (
            <button type="button" onClick={() => void restore(id)}>
              Restore
            </button>
          )}
          <button type="button" class="danger" onClick={() => (doomed.value = item)}>
            Delete…
          </button>
        </div>
      )}
      {item && <ScoreParts row={item} />}
      <HistoryView history={history} />
      {item && <MemoryFacts item={item} />}
    </>
  )
}
