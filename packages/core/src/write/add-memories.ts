import { checkUnique } from '../checks/check-record.ts'
import { identityOf, modelMismatch } from '../contracts/model-identity.ts'
import { contentHash, dedupeKey, scopeKey } from '../contracts/record-keys.ts'
import type { StoredRecord } from '../contracts/record.ts'
import type { ChangedMemory } from '../memory-api.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { asHeld } from '../parts/plain-ids.ts'
import type { AddSignal } from '../signals/signals.ts'
import { lengthOf, trace } from '../signals/trace.ts'
import type { AddJob } from './add-job.ts'
import { vectorsOf } from './embed-ahead.ts'
import type { ParsedInput } from './parse-input.ts'
import { changed, putRecords, readHolders } from './store-records.ts'
import type { WriteQueue } from './write-queue.ts'

/** Puts a job into the queue, and tells of it. */
export function queueAdd(
  adds: WriteQueue<AddJob, ChangedMemory[]>,
  job: AddJob,
  signal: AbortSignal | undefined,
): Promise<ChangedMemory[]> {
  const { inputs } = job
  const message = (): AddSignal => ({
    memories: inputs.length,
    scopes: new Set(inputs.map(({ scope }) => scopeKey(scope))).size,
    characters: lengthOf(inputs.map(({ content }) => content)),
  })
  const written = (results: readonly ChangedMemory[]): { written: number } => ({
    written: results.filter(({ event }) => event !== 'NONE').length,
  })
  return trace('add', message, () => adds.push(job, inputs.length, signal), written)
}

/** Adds the inputs of several jobs, all with the same `onTaken`: one embed call for those without a vector, one transaction for all. */
export async function addMemories(
  parts: MemoryParts,
  jobs: readonly AddJob[],
  signal: AbortSignal | undefined,
  beforeWriting?: () => void,
): Promise<ChangedMemory[][]> {
  refuseOldVectors(parts, jobs)
  const inputs = jobs.length === 1 && jobs[0] ? jobs[0].inputs : jobs.flatMap(job => job.inputs)
  // An id that was made here cannot stand in a batch twice.
  checkUnique(
    inputs.filter(({ minted }) => !minted),
    'The batch',
    'each memory has its own',
  )
  const vectors = await vectorsOf(parts, jobs, signal)
  beforeWriting?.()
  const now = parts.now()
  const made: StoredRecord[] = []
  for (const job of jobs) {
    for (const input of job.inputs) made.push(recordOf(parts, input, vectors[made.length] ?? null, job, now))
  }
  const records = await heldInputs(parts, inputs, made, signal)
  const onTaken = jobs[0]?.onTaken
  const { duplicates, replaced } = await putRecords(parts, records, { onTaken, signal })
  const held = await readHolders(parts, records, duplicates, signal)
  let next = 0
  return jobs.map(job =>
    job.inputs.map(({ minted }) => {
      const record = records[next++] as StoredRecord
      const holder = duplicates.get(record.id)
      if (replaced?.has(record.id) && !minted) return changed(record, 'UPDATE')
      // An id that was made for this input can only be there because a run before this one stored it.
      return holder === undefined || (minted && holder === record.id)
        ? changed(record, 'ADD')
        : changed(held.get(holder) ?? { ...record, id: holder }, 'NONE')
    }),
  )
}

/** A vector that came with its text is of the model that was in use then. */
function refuseOldVectors({ embedder, store }: MemoryParts, jobs: readonly AddJob[]): void {
  for (const job of jobs) {
    if (job.embedder === embedder || job.inputs.every(({ embedding }) => !embedding)) continue
    throw modelMismatch(store.name, identityOf(embedder), identityOf(job.embedder))
  }
}

/** The records of inputs, each under the id that it has where it is there already: see `asHeld`. */
export async function heldInputs(
  { store }: MemoryParts,
  inputs: readonly ParsedInput[],
  records: readonly StoredRecord[],
  signal: AbortSignal | undefined,
): Promise<readonly StoredRecord[]> {
  return inputs.every(({ minted }) => minted) ? records : asHeld(store, records, { signal })
}

/** The record of an input. `vector`: null where it is not embedded. */
export function recordOf(
  { reuse }: MemoryParts,
  input: ParsedInput,
  vector: Float32Array | null,
  { dedupe, onTaken }: AddJob,
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
    // What is replaced is changed now, whenever it is said to have been made.
    updatedAt: onTaken === 'replace' ? now : createdAt,
    place: input.place,
    indexed: input.indexed,
    expiresAt: input.expiresAt,
    version: 1,
    createdBy: input.actorId,
    updatedBy: input.actorId,
    actorId: input.actorId,
    role: input.role,
    validFrom: null,
    validTo: null,
    supersededBy: null,
    origin: 'caller',
    derivation: null,
    deletedAt: null,
    vector,
    dedupeKey: dedupe ? dedupeKey(scope, hash) : null,
    reusable: reuse && vector !== null && input.embedding === undefined,
  }
}
