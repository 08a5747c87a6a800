import { checkBoolean, checkInteger } from '../checks/check-values.ts'
import { MemoryError, throwIfAborted } from '../contracts/errors.ts'
import { identityOf } from '../contracts/model-identity.ts'
import { keyOf } from '../contracts/record-keys.ts'
import type { Scope } from '../contracts/record.ts'
import { show } from '../contracts/show-value.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { givenEntry, givenRecord, storedEntry, storedRecord } from '../parts/given-ids.ts'
import { visibleWhere } from '../parts/visibility.ts'
import type { CopyOptions, CopyResult } from '../transfer-api.ts'
import type { ImportedRecord } from './exported-record.ts'
import { ownDedupeKey, ownScope } from './own-scope.ts'
import { storedPages } from './stored-pages.ts'
import type { StoredMemory } from './stored-pages.ts'
import { heldRecords, storeRead } from './store-read.ts'

/** A memory that is copied to, and what it is bound to. */
export interface CopyTarget {
  readonly parts: MemoryParts
  readonly bound: Scope
}

/**
 * Copies the memories of a scope into another memory, page by page. Vectors come along where both have one model, else texts
 * are embedded. What a page has stored is read back. What was copied before is skipped, so that a copy that was interrupted
 * is resumed by starting it again.
 */
export async function copyMemories(
  source: MemoryParts,
  scope: Scope,
  { parts, bound }: CopyTarget,
  { history = false, batchSize = 1_000, signal, onProgress }: CopyOptions,
): Promise<CopyResult> {
  checkBoolean(history, 'options.history')
  checkInteger(batchSize, 'batchSize', 1, 10_000)
  const vectors = identityOf(source.embedder) === identityOf(parts.embedder)
  const result = { copied: 0, skipped: 0, different: 0 }
  const total = await source.store.count(
    { scope, where: visibleWhere(undefined, source.now(), { superseded: true }) },
    { signal },
  )
  const options = { vectors, history, pageSize: batchSize, signal }
  for await (const page of storedPages(source, scope, options)) {
    throwIfAborted(signal)
    const records = await heldRecords(
      parts,
      page.map(memory => ownRecord(memory, bound)),
      signal,
    )
    const before = await storeRead(parts, records, signal)
    result.skipped += before
    result.copied += records.length - before
    result.different += await compare(parts, records, signal)
    const done = result.copied + result.skipped
    onProgress?.({ done, total: Math.max(done, total) })
  }
  return result
}

function ownRecord({ record, vector, history }: StoredMemory, bound: Scope): ImportedRecord {
  const { content, userId, agentId, runId } = record
  const owner = ownScope(bound, { userId, agentId, runId })
  const own = storedRecord({ ...givenRecord(record), ...owner })
  const past = history?.map(entry => storedEntry(givenEntry(entry), owner.orgId))
  return { content, record: { ...own, dedupeKey: ownDedupeKey(own) }, embedding: vector, history: past }
}

/** Reads back what was stored or was there. Returns how many say something else. Throws `CONFLICT` for one that has gone. */
async function compare(
  { store }: MemoryParts,
  records: readonly ImportedRecord[],
  signal: AbortSignal | undefined,
): Promise<number> {
  const held = await store.get(
    records.map(({ record }) => keyOf(record)),
    { signal },
  )
  const gone = records.find((_, i) => held[i] === undefined)
  if (gone) {
    throw new MemoryError(
      'CONFLICT',
      `The memory ${show(gone.record.id)} was deleted while it was copied; start the copy again.`,
    )
  }
  return records.filter(({ record }, i) => held[i]?.hash !== record.hash || held[i].version < record.version)
    .length
}
