import { metaKey } from '../contracts/meta-key.ts'
import { scopeKey } from '../contracts/record-keys.ts'
import type { Scope } from '../contracts/record.ts'
import type { CallOptions } from '../contracts/log.ts'
import type { LogHead } from '../contracts/log-head.ts'
import { ownerIn } from '../infer/window.ts'
import { closeInsights } from './close-insights.ts'
import { consolidateOwner, readState } from './consolidate-owner.ts'
import type { Consolidated, Consolidating } from './consolidate-owner.ts'
import { countChanged } from './read-owner.ts'

/** Changes of one page of the log. */
const pageSize = 1_000

/**
 * Follows the log from where the last run ended: closes what is in force no more for every owner of whom something has changed, and consolidates those with
 * enough changed facts. The cursor moves once a page is done, so that a run that is stopped goes over it again.
 */
export async function consolidateChanged(
  consolidating: Consolidating,
  { orgId }: Scope,
  all: Consolidated,
  options: CallOptions,
): Promise<void> {
  const { parts, settings } = consolidating
  const { store } = parts
  const key = cursorKey(orgId)
  const { lineage, ...head } = await store.head(options)
  let { position: after } = startOf((await store.readMeta([key], options))[0], { lineage, ...head })
  for (;;) {
    const page = await store.scopedChanges({ after, limit: pageSize }, options)
    const own = page.changes.filter(({ scope }) => scope.orgId === orgId)
    const owners = new Map(own.map(({ scope }) => [scopeKey(ownerIn(scope)), ownerIn(scope)]))
    for (const owner of owners.values()) {
      // Whose it was is not known any more: an insight of anybody may follow from it.
      const isErased = (owner.userId ?? owner.agentId ?? owner.runId) === undefined
      all.closed.push(...(await closeInsights(parts, owner, !isErased, options)))
      if (isErased) continue
      const { at } = await readState(parts, owner, options)
      if ((await countChanged(parts, owner, at, options)) < settings.changed) continue
      await consolidateOwner(consolidating, owner, all, options)
      if (all.stopped) return
    }
    after = page.cursor
    await store.writeMeta([{ key, value: JSON.stringify({ position: after, lineage }) }], options)
    if (page.done) return
  }
}

function cursorKey(orgId: string): string {
  return metaKey('consolidate', orgId)
}

/** Whether the log has moved since the last run, of whatever organization. */
export async function hasChanged(
  store: Consolidating['parts']['store'],
  orgId: string,
  options: CallOptions,
): Promise<boolean> {
  const head = await store.head(options)
  const [cursor] = await store.readMeta([cursorKey(orgId)], options)
  return startOf(cursor, head).position < head.position
}

/** The beginning, where the log is another one or has gone back. */
function startOf(value: string | undefined, head: LogHead): Pick<LogHead, 'position'> {
  if (value === undefined) return { position: 0 }
  const cursor = JSON.parse(value) as LogHead
  const isOther =
    cursor.lineage !== undefined && head.lineage !== undefined && cursor.lineage !== head.lineage
  return isOther || cursor.position > head.position ? { position: 0 } : cursor
}
