import type { VNode } from 'preact'
import { conditions, isScoped, query, shown, where } from '../state/chosen.ts'
import { Empty } from './empty.tsx'

/** What stands in the place of an empty list. */
export function NothingListed(): VNode {
  if (!isScoped.value)
    return (
      <Empty title="No memories yet" text="Add one from a program, or from a shell:">
        <pre>agentmem add "Ada drinks green tea" --user ada</pre>
      </Empty>
    )
  if (where.value !== undefined)
    return (
      <Empty title="No memory passes the filter" text="Change a condition, or show all.">
        <button type="button" onClick={() => (conditions.value = [])}>
          Remove all conditions
        </button>
      </Empty>
    )
  if (query.value !== '')
    return (
      <Empty title="Nothing found" text="Try other words, or list what is there.">
        <button type="button" onClick={() => (query.value = '')}>
          Show the newest
        </button>
      </Empty>
    )
  if (shown.value === 'deleted')
    return (
      <Empty
        title="Nothing is hidden"
        text="A memory that is hidden, and not deleted, stands here and can be restored."
      />
    )
  return <Empty title="No memories here" text="Leave a part of the scope out, or choose another." />
}
