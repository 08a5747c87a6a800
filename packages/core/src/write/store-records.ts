import { keyOf } from '../contracts/record-keys.ts'
import type { Key, MemoryRecord, StoredRecord } from '../contracts/record.ts'
import { givenId } from '../contracts/stored-id.ts'
import type { PutOptions, PutReceipt } from '../contracts/store-writes.ts'
import { embedOwned } from '../parts/embed-owned.ts'
import type { ChangedMemory } from '../memory-api.ts'
import { followWrite } from '../parts/follow-write.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { noEmbedder } from '../parts/no-vectors.ts'
import { isExpired } from '../parts/visibility.ts'

/** A text that may need a vector. */
interface NewText {
  readonly orgId: string
  readonly content: string
  readonly embedding: Float32Array | undefined
}

/** The vectors of all items, aligned: their own where they have one, otherwise from one embed call; null without a model. */
export async function embedMissing(
  parts: MemoryParts,
  items: readonly NewText[],
  signal: AbortSignal | undefined,
): Promise<(Float32Array | null)[]> {
  if (parts.embedder === noEmbedder) return items.map(() => null)
  const open = items.filter(({ embedding }) => !embedding)
  const texts = open.map(({ content }) => content)
  const orgIds = (): string[] => open.map(({ orgId }) => orgId)
  const vectors = texts.length === 0 ? [] : await embedOwned(parts, texts, { as: 'document', signal }, orgIds)
  let next = 0
  return items.map(({ embedding }) => embedding ?? (vectors[next++] as Float32Array))
}

/** Puts records and lets the follower see them. Returns those that were not written, as `Store.put` does. */
export async function storeRecords(
  parts: MemoryParts,
  records: readonly StoredRecord[],
  options: Pick<PutOptions, 'history' | 'signal'>,
): Promise<ReadonlyMap<string, string>> {
  return (await putRecords(parts, records, options)).duplicates
}

/** Does the same with more options. Returns what `Store.put` does. */
export async function putRecords(
  parts: MemoryParts,
  records: readonly StoredRecord[],
  options: Pick<PutOptions, 'onTaken' | 'history' | 'signal'>,
): Promise<Pick<PutReceipt, 'duplicates' | 'replaced'>> {
  await parts.follower.room(options.signal)
  const first = await putAndFollow(parts, records, options)
  const { duplicates, replaced } = first
  if (duplicates.size === 0) return first

  // A memory that has expired must not keep a new one out: it is deleted, and the new one put again. The others are
  // stored by now, so that a signal stops nothing any more.
  const held = await readHolders(parts, records, duplicates, undefined)
  const expired = [...held.values()].filter(record => isExpired(record, parts.now()))
  if (expired.length === 0) return first
  const expiredIds = new Set(expired.map(({ id }) => id))
  const receipt = await parts.store.delete(expired.map(keyOf))
  followWrite(parts, receipt, [], [...expiredIds])
  const again = records.filter(({ id }) => expiredIds.has(duplicates.get(id) ?? ''))
  const left = await putAndFollow(parts, again, { ...options, signal: undefined })
  const kept = [...duplicates].filter(([, holder]) => !expiredIds.has(holder))
  return {
    duplicates: new Map([...kept, ...left.duplicates]),
    replaced: new Map([...(replaced ?? []), ...(left.replaced ?? [])]),
  }
}

/** The records that hold the places of duplicates, by id. */
export async function readHolders(
  { store }: MemoryParts,
  records: readonly StoredRecord[],
  duplicates: ReadonlyMap<string, string>,
  signal: AbortSignal | undefined,
): Promise<Map<string, MemoryRecord>> {
  // Each in the organization of its duplicate: one write may be of several.
  const keys = new Map<string, Key>()
  for (const { id, orgId } of records) {
    const holder = duplicates.get(id)
    if (holder !== undefined) keys.set(holder, { orgId, id: holder })
  }
  const held = await store.get([...keys.values()], { signal })
  return new Map(held.flatMap(record => (record ? [[record.id, record]] : [])))
}

/** What a call answers for one memory. */
export function changed(
  record: Pick<StoredRecord, 'id' | 'content' | 'actorId' | 'role'>,
  event: ChangedMemory['event'],
): ChangedMemory {
  const { content: memory, actorId, role } = record
  const id = givenId(record.id)
  if (actorId === null && role === null) return { id, memory, event }
  return { id, memory, event, ...(actorId !== null && { actorId }), ...(role !== null && { role }) }
}

async function putAndFollow(
  parts: MemoryParts,
  records: readonly StoredRecord[],
  options: Pick<PutOptions, 'onTaken' | 'history' | 'signal'>,
): Promise<PutReceipt> {
  const receipt = await parts.store.put(records, options)
  const written =
    receipt.duplicates.size === 0 ? records : records.filter(({ id }) => !receipt.duplicates.has(id))
  followWrite(parts, receipt, written)
  return receipt
}
