import { changed } from './add-memories.ts'
import { notFound } from './errors.ts'
import type { ChangedMemory } from './memory-face.ts'
import { isVisible } from './memory-parts.ts'
import type { MemoryParts } from './memory-parts.ts'
import { contentHash, dedupeKey } from './parse-input.ts'
import type { ParsedUpdate } from './parse-input.ts'
import { scopeOf } from './record.ts'
import type { MemoryRecord, Scope } from './record.ts'
import type { DeleteAllOptions, Patch } from './store.ts'
import type { IndexEntry } from './vector-index.ts'

/** Changes of one call that are made together, all or nothing. */
export interface UpdateJob {
  readonly scope: Scope
  readonly updates: readonly ParsedUpdate[]
  readonly actorId: string | undefined
}

/** Removals of one call. */
export interface DeleteJob {
  readonly scope: Scope
  readonly ids: readonly string[]
  readonly actorId: string | undefined
}

/** Changes the memories of several jobs: one read, one embed call for all new contents, one transaction. */
export async function updateMemories(
  parts: MemoryParts,
  jobs: readonly UpdateJob[],
  signal: AbortSignal | undefined,
): Promise<ChangedMemory[][]> {
  const { store, embedder, follower, reuse, now } = parts
  const records = await readForJobs(parts, jobs, ({ updates }) => updates.map(({ id }) => id), signal)
  const updates = jobs.flatMap(job => job.updates)
  const present = updates.map(({ id }, i) => {
    if (records[i]) return records[i]
    throw notFound(id)
  })
  const contents = updates.flatMap(({ fields }) => fields.content ?? [])
  const vectors = contents.length === 0 ? [] : await embedder.embed(contents, { as: 'document', signal })

  const upserts: IndexEntry[] = []
  const patches = updates.map(({ id, fields, expectVersion }, i): Patch => {
    const { orgId, ...record } = present[i] as MemoryRecord
    const patch = { key: { orgId, id }, set: fields, updatedAt: now(), expectVersion, mustExist: true }
    if (fields.content === undefined) return patch
    const scope = scopeOf({ orgId, ...record })
    const vector = vectors[upserts.length] as Float32Array
    const hash = contentHash(fields.content)
    upserts.push({ id, scope, vector })
    return { ...patch, set: { ...fields, hash }, vector, reusable: reuse, dedupeKey: dedupeKey(scope, hash) }
  })
  await follower.room()
  const receipt = await store.patch(patches, { actor: jobs[0]?.actorId, signal })
  follower.accept(receipt, { upserts, deletes: [] })
  const results = present.map((record, i) => changed({ ...record, ...updates[i]?.fields }, 'UPDATE'))
  let next = 0
  return jobs.map(job => results.slice(next, (next += job.updates.length)))
}

/** Removes the memories of several jobs in one transaction; aligned with the ids, false where there was none. */
export async function deleteMemories(
  parts: MemoryParts,
  jobs: readonly DeleteJob[],
  signal: AbortSignal | undefined,
): Promise<boolean[][]> {
  const { store, follower } = parts
  const records = await readForJobs(parts, jobs, ({ ids }) => ids, signal)
  const present = new Map(records.flatMap(record => (record ? [[record.id, record]] : [])))
  await follower.room()
  const receipt = await store.delete(
    [...present.values()].map(({ orgId, id }) => ({ orgId, id })),
    {
      actor: jobs[0]?.actorId,
      signal,
    },
  )
  for (const id of receipt.missing) present.delete(id)
  follower.accept(receipt, { upserts: [], deletes: [...present.keys()] })
  let next = 0
  return jobs.map(({ ids }) => ids.map(id => records[next++] !== undefined && present.has(id)))
}

/** The records that the jobs name, flat and in order, each as its job's scope lets it be seen. */
async function readForJobs<Job extends { readonly scope: Scope }>(
  { store, now }: MemoryParts,
  jobs: readonly Job[],
  idsOf: (job: Job) => readonly string[],
  signal: AbortSignal | undefined,
): Promise<(MemoryRecord | undefined)[]> {
  const wanted = jobs.flatMap(job => idsOf(job).map(id => ({ id, scope: job.scope })))
  const records = await store.get(
    wanted.map(({ id, scope: { orgId } }) => ({ orgId, id })),
    { signal },
  )
  return records.map((record, i) => {
    const scope = wanted[i]?.scope
    return scope && isVisible(record, scope, now()) ? record : undefined
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
