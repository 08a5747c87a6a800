import type { Embedder } from '../contracts/embedder.ts'
import { identityOf, modelMismatch } from '../contracts/model-identity.ts'
import { contentHash, dedupeKey, keyOf, keysOf } from '../contracts/record-keys.ts'
import { scopeOf } from '../contracts/record.ts'
import type { MemoryRecord, StoredRecord } from '../contracts/record.ts'
import type { ChangedMemory } from '../memory-api.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { isExpired } from '../parts/visibility.ts'
import type { ParsedInput } from './parse-input.ts'

/** Inputs of one call that are added together, all or nothing. */
export interface AddJob {
  readonly inputs: readonly ParsedInput[]
  /** The one that was in use when the call was made: vectors that the inputs bring are of its model. */
  readonly embedder: Embedder
  readonly dedupe: boolean
}

/** Adds the inputs of several jobs: one embed call for those without a vector, one transaction for all. */
export async function addMemories(
  parts: MemoryParts,
  jobs: readonly AddJob[],
  signal: AbortSignal | undefined,
): Promise<ChangedMemory[][]> {
  refuseOldVectors(parts, jobs)
  const inputs = jobs.length === 1 && jobs[0] ? jobs[0].inputs : jobs.flatMap(job => job.inputs)
  const vectors = await embedMissing(parts, inputs, signal)
  const now = parts.now()
  const records: StoredRecord[] = []
  for (const { inputs, dedupe } of jobs) {
    for (const input of inputs)
      records.push(recordOf(parts, input, vectors[records.length] as Float32Array, dedupe, now))
  }
  const duplicates = await storeRecords(parts, records, signal)
  const held = await readHolders(parts, records, duplicates, signal)
  let next = 0
  return jobs.map(job =>
    job.inputs.map(({ minted }) => {
      const record = records[next++] as StoredRecord
      const holder = duplicates.get(record.id)
      // An id that was made for this input can only be there because a run before this one stored it.
      return holder === undefined || (minted && holder === record.id)
        ? changed(record, 'ADD')
        : changed(held.get(holder) ?? { ...record, id: holder }, 'NONE')
    }),
  )
}

/** Puts records and lets the follower see them. Returns those that were not written, as `Store.put` does. */
export async function storeRecords(
  parts: MemoryParts,
  records: readonly StoredRecord[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, string>> {
  await parts.follower.room(signal)
  const duplicates = await putAndFollow(parts, records, signal)
  if (duplicates.size === 0) return duplicates

  // A memory that has expired must not keep a new one out: it is deleted, and the new one put again. The others are
  // stored by now, so that a signal stops nothing any more.
  const held = await readHolders(parts, records, duplicates, undefined)
  const expired = [...held.values()].filter(record => isExpired(record, parts.now()))
  if (expired.length === 0) return duplicates
  const expiredIds = new Set(expired.map(({ id }) => id))
  const receipt = await parts.store.delete(expired.map(keyOf))
  parts.follower.accept(receipt, { upserts: [], deletes: [...expiredIds] })
  const again = records.filter(({ id }) => expiredIds.has(duplicates.get(id) ?? ''))
  const left = await putAndFollow(parts, again, undefined)
  return new Map([...[...duplicates].filter(([, holder]) => !expiredIds.has(holder)), ...left])
}

async function putAndFollow(
  { store, follower }: MemoryParts,
  records: readonly StoredRecord[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, string>> {
  const receipt = await store.put(records, { signal })
  const written =
    receipt.duplicates.size === 0 ? records : records.filter(({ id }) => !receipt.duplicates.has(id))
  follower.accept(receipt, { upserts: written.map(entryOf), deletes: [] })
  return receipt.duplicates
}

/** The records that hold the places of duplicates, by id. */
async function readHolders(
  { store }: MemoryParts,
  records: readonly StoredRecord[],
  duplicates: ReadonlyMap<string, string>,
  signal: AbortSignal | undefined,
): Promise<Map<string, MemoryRecord>> {
  const ids = [...new Set(duplicates.values())]
  const held = await store.get(keysOf(ids, { orgId: records[0]?.orgId ?? '' }), { signal })
  return new Map(held.flatMap(record => (record ? [[record.id, record]] : [])))
}

/** What a call answers for one memory. */
export function changed(
  record: Pick<StoredRecord, 'id' | 'content' | 'actorId' | 'role'>,
  event: ChangedMemory['event'],
): ChangedMemory {
  const { id, content: memory, actorId, role } = record
  if (actorId === null && role === null) return { id, memory, event }
  return { id, memory, event, ...(actorId !== null && { actorId }), ...(role !== null && { role }) }
}

/** The vectors of all items, aligned: their own where they have one, otherwise from one embed call. */
export async function embedMissing(
  { embedder }: MemoryParts,
  items: readonly { readonly content: string; readonly embedding: Float32Array | undefined }[],
  signal: AbortSignal | undefined,
): Promise<Float32Array[]> {
  const texts = items.filter(({ embedding }) => !embedding).map(({ content }) => content)
  const vectors = texts.length === 0 ? [] : await embedder.embed(texts, { as: 'document', signal })
  let next = 0
  return items.map(({ embedding }) => embedding ?? (vectors[next++] as Float32Array))
}

/** A vector that came with its text is of the model that was in use then. */
function refuseOldVectors({ embedder, store }: MemoryParts, jobs: readonly AddJob[]): void {
  for (const job of jobs) {
    if (job.embedder === embedder || job.inputs.every(({ embedding }) => !embedding)) continue
    throw modelMismatch(store.name, identityOf(embedder), identityOf(job.embedder))
  }
}

function recordOf(
  { reuse }: MemoryParts,
  input: ParsedInput,
  vector: Float32Array,
  dedupe: boolean,
  now: number,
): StoredRecord {
  const { scope, content } = input
  const hash = contentHash(content)
  const createdAt = input.createdAt ?? now
  return {
    id: input.id,
    orgId: scope.orgId,
    userId: scope.userId ?? null,
    agentId: scope.agentId ?? null,
    runId: scope.runId ?? null,
    content,
    hash,
    metadata: input.metadata,
    type: input.type,
    level: input.level,
    importance: input.importance,
    accessCount: 0,
    lastAccessedAt: null,
    createdAt,
    updatedAt: createdAt,
    expiresAt: input.expiresAt,
    version: 1,
    createdBy: input.actorId,
    updatedBy: input.actorId,
    actorId: input.actorId,
    role: input.role,
    vector,
    dedupeKey: dedupe ? dedupeKey(scope, hash) : null,
    reusable: reuse && input.embedding === undefined,
  }
}

function entryOf(record: StoredRecord): {
  id: string
  scope: ReturnType<typeof scopeOf>
  vector: Float32Array
} {
  return { id: record.id, scope: scopeOf(record), vector: record.vector }
}
