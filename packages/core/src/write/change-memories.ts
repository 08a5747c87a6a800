import { checkUnique } from '../checks/check-record.ts'
import { notFound } from '../contracts/errors.ts'
import { contentHash, dedupeKey, keyOf } from '../contracts/record-keys.ts'
import { scopeOf } from '../contracts/record.ts'
import type { Key, MemoryRecord, Scope } from '../contracts/record.ts'
import type { DeleteAllOptions, Patch } from '../contracts/store-writes.ts'
import type { ChangedMemory } from '../memory-api.ts'
import { followWrite } from '../parts/follow-write.ts'
import type { FollowedRecord } from '../parts/follow-write.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { asHeld, bothForms } from '../parts/plain-ids.ts'
import { isGone, storedKeys } from '../parts/visibility.ts'
import type { ParsedUpdate } from './parse-input.ts'
import { changed, embedMissing } from './store-records.ts'

/** Changes of one call that are made together, all or nothing. */
export interface UpdateJob {
  readonly scope: Scope
  readonly updates: readonly ParsedUpdate[]
  readonly mergeMetadata: boolean
  readonly actorId: string | undefined
}

/** Removals of one call. */
export interface DeleteJob {
  readonly scope: Scope
  readonly ids: readonly string[]
  readonly purgeHistory: boolean
  readonly cascade: boolean
  readonly actorId: string | undefined
}

/** Changes the memories of several jobs: one read, one embed call for all new contents, one transaction. */
export async function updateMemories(
  parts: MemoryParts,
  jobs: readonly UpdateJob[],
  signal: AbortSignal | undefined,
): Promise<ChangedMemory[][]> {
  const { store, follower, reuse, now } = parts
  const named = await readForJobs(parts, jobs, ({ updates }) => updates.map(({ id }) => id), signal)
  const updates = jobs.flatMap(job => job.updates)
  checkUnique(
    named.map(({ key }) => key),
    'The batch',
    'merge the two changes',
  )
  const present = named.map(({ key, record }) => {
    if (record && !isGone(record, now())) return { key, record }
    throw notFound(key.id)
  })
  // What no search finds needs no vector.
  const items = updates.flatMap(({ fields: { content } }, i) => {
    const { orgId, indexed } = (present[i] as { record: MemoryRecord }).record
    return indexed && content !== undefined ? { orgId, content, embedding: undefined } : []
  })
  const vectors = await embedMissing(parts, items, signal)

  const merges = jobs.flatMap(({ updates, mergeMetadata }) => updates.map(() => mergeMetadata))
  let next = 0
  const written: FollowedRecord[] = []
  const patches = present.map(({ key, record }, i): Patch => {
    const { fields, expectVersion } = updates[i] as ParsedUpdate
    const mergeMetadata = merges[i]
    const patch = { key, set: fields, mergeMetadata, updatedAt: now(), expectVersion, mustExist: true }
    if (fields.content === undefined) return patch
    const scope = scopeOf(record)
    const vector = record.indexed ? (vectors[next++] ?? null) : null
    const hash = contentHash(fields.content)
    written.push({ ...record, content: fields.content, vector })
    const made = { vector, reusable: reuse && vector !== null }
    return { ...patch, set: { ...fields, hash }, ...made, dedupeKey: dedupeKey(scope, hash) }
  })
  await follower.room(signal)
  const receipt = await store.patch(patches, { actor: jobs[0]?.actorId, signal })
  followWrite(parts, receipt, written)
  const results = present.map(({ record }, i) => changed({ ...record, ...updates[i]?.fields }, 'UPDATE'))
  let start = 0
  return jobs.map(job => results.slice(start, (start += job.updates.length)))
}

/**
 * Removes the memories of several jobs in one transaction; aligned with the ids, false where there was none. One that
 * has expired is removed too, so that what it said can be made to go.
 */
export async function deleteMemories(
  parts: MemoryParts,
  jobs: readonly DeleteJob[],
  signal: AbortSignal | undefined,
): Promise<boolean[][]> {
  const { store, follower } = parts
  const named = await readForJobs(parts, jobs, ({ ids }) => ids, signal)
  const present = new Map(named.flatMap(({ key, record }) => (record ? [[key.id, key]] : [])))
  await follower.room(signal)
  const { actorId: actor, purgeHistory = false, cascade = true } = jobs[0] ?? {}
  // What was deleted earlier has a history too.
  const keys = purgeHistory
    ? bothForms(
        store,
        named.map(({ key }) => key),
      )
    : [...present.values()]
  const receipt = await store.delete(keys, { actor, purgeHistory, cascade, signal })
  for (const id of receipt.missing) present.delete(id)
  const { span } = receipt
  // What went along, or came back, the followers read in the log.
  const isAll = span !== undefined && span.upTo - span.after === present.size
  if (isAll) followWrite(parts, receipt, [], [...present.keys()])
  else follower.accept({}, { upserts: [], deletes: [] })
  let next = 0
  // Of several calls that share the transaction one has removed a memory, as it would have been in turn.
  const removed = new Set<string>()
  return jobs.map(({ ids }) => {
    return named.slice(next, (next += ids.length)).map(({ key, record }) => {
      const isRemoved = record !== undefined && present.has(key.id) && !removed.has(key.id)
      if (isRemoved) removed.add(key.id)
      return isRemoved
    })
  })
}

/**
 * What a job names, and the record where its scope lets it be seen. The key then names the record's whole scope: an
 * id may become another user's memory before the write, while a text is embedded or in another process.
 */
interface Named {
  readonly key: Key
  readonly record: MemoryRecord | undefined
}

/** What the jobs name, flat and in order. */
async function readForJobs<Job extends { readonly scope: Scope }>(
  { store }: MemoryParts,
  jobs: readonly Job[],
  idsOf: (job: Job) => readonly string[],
  signal: AbortSignal | undefined,
): Promise<Named[]> {
  const named = jobs.flatMap(job => storedKeys(idsOf(job), job.scope))
  const keys = await asHeld(store, named, { signal })
  const records = await store.get(keys, { signal })
  return keys.map((key, i) => {
    const record = records[i]
    return { key: record ? keyOf(record) : key, record }
  })
}

/** Removes all of a scope. The follower reads in the log what that was. */
export async function deleteScope(
  { store, follower }: MemoryParts,
  scope: Scope,
  options: DeleteAllOptions,
): Promise<number> {
  const count = await store.deleteAll(scope, options)
  if (count > 0) follower.accept({}, { upserts: [], deletes: [] })
  return count
}
