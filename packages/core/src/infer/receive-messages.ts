import { checkUnique } from '../checks/check-record.ts'
import { keyOf } from '../contracts/record-keys.ts'
import type { StoredRecord } from '../contracts/record.ts'
import type { PendingMemory } from '../contracts/store-commit.ts'
import type { CallOptions } from '../contracts/log.ts'
import { followWrite } from '../parts/follow-write.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { heldInputs, recordOf } from '../write/add-memories.ts'
import type { ParsedInput } from '../write/parse-input.ts'
import { embedMissing } from '../write/store-records.ts'

export interface Received {
  /** The ids of the messages, aligned with the inputs: of one that was there already, that one's. */
  readonly ids: readonly string[]
  /** Those that were stored now, and wait. */
  readonly units: readonly PendingMemory[]
}

export interface Receiving {
  readonly inputs: readonly ParsedInput[]
  readonly dedupe: boolean
  /** How long nobody else is to take them, in milliseconds. */
  readonly reservedMs: number
  readonly countTokens: (text: string) => number
}

/** Stores messages and rows of the inbox in one transaction. What is there already is left as it is, and waits no more. */
export async function receiveMessages(
  parts: MemoryParts,
  { inputs, dedupe, reservedMs, countTokens }: Receiving,
  { signal }: CallOptions,
): Promise<Received> {
  checkUnique(
    inputs.filter(({ minted }) => !minted),
    'The batch',
    'each memory has its own',
  )
  const indexed = inputs.filter(input => input.indexed)
  const texts = indexed.map(({ content, embedding, scope: { orgId } }) => ({ content, embedding, orgId }))
  const vectors = new Map((await embedMissing(parts, texts, signal)).map((vector, i) => [indexed[i], vector]))
  const now = parts.now()
  const job = { inputs, dedupe, embedder: parts.embedder }
  const made = inputs.map((input): StoredRecord =>
    recordOf(parts, input, vectors.get(input) ?? null, job, now),
  )
  const records = await heldInputs(parts, inputs, made, signal)
  const rows = records.map(record => ({
    key: keyOf(record),
    at: now,
    tokens: countTokens(record.content),
    notBefore: now + reservedMs,
  }))
  await parts.follower.room(signal)
  const receipt = await parts.store.commit({ puts: records, pending: rows }, { signal })
  const { duplicates } = receipt
  const written = records.filter(({ id }) => !duplicates.has(id))
  followWrite(parts, receipt, written)
  const units = records.flatMap((record, i): PendingMemory[] => {
    const row = rows[i]
    if (!row || duplicates.has(record.id)) return []
    const state = { seq: i, attempts: 0, parked: false, reason: null, answer: null }
    return [{ ...row, ...state, record }]
  })
  return { ids: records.map(({ id }) => duplicates.get(id) ?? id), units }
}
