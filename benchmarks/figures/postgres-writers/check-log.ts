import type { Store } from '@agentmem/core'

import type { WritersResult } from './run-writers.ts'

/** What is wrong with a log that holds nothing but these writes; undefined when it is whole. */
export async function checkLog(
  store: Store,
  { acknowledged, spans }: Pick<WritersResult, 'acknowledged' | 'spans'>,
): Promise<string | undefined> {
  const ids = new Set<string>()
  let [entries, after] = [0, 0]
  for (let done = false; !done;) {
    const page = await store.changes({ after, limit: 5_000 })
    entries += page.upserts.length
    for (const { id } of page.upserts) ids.add(id)
    after = page.cursor
    done = page.done
  }
  const counts = { acknowledged, entries, ids: ids.size, head: (await store.head()).position }
  if (new Set(Object.values(counts)).size > 1) return `the log does not fit: ${JSON.stringify(counts)}`
  let reached = 0
  for (const span of spans.toSorted((a, b) => a.after - b.after)) {
    if (span.after !== reached)
      return `one write ends at position ${reached}, the next begins at ${span.after}`
    reached = span.upTo
  }
  return reached === counts.head
    ? undefined
    : `the writes end at position ${reached}, the log at ${counts.head}`
}
