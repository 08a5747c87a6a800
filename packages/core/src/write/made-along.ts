import { insightType } from '../checks/source-changes.ts'
import { parseWhere } from '../checks/parse-where.ts'
import type { CallOptions } from '../contracts/log.ts'
import { keysOf } from '../contracts/record-keys.ts'
import type { MemoryRecord } from '../contracts/record.ts'
import type { Patch } from '../contracts/store-writes.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { isExpired } from '../parts/visibility.ts'

type Records = ReadonlyMap<string, MemoryRecord>
/** Sources that are asked about at once. */
const sourcesOfQuery = 100

/**
 * What a model made of memories that are hidden, and of nothing else that is told still: their facts, and the insights made of
 * those. A source that is gone tells a fact still, as one does that newer ones have pushed out of its list.
 */
export async function toldAlone(parts: MemoryParts, hidden: Records, options: CallOptions): Promise<Records> {
  return follow(parts, hidden, options, (made, sources, going) => {
    const isHidden = (id: string): boolean => going.has(id) || (sources.get(id)?.deletedAt ?? null) !== null
    const { sources: ids = [], seen = 0 } = made.derivation ?? {}
    if (made.deletedAt !== null) return false
    return made.type === insightType ? ids.some(isHidden) : seen <= ids.length && ids.every(isHidden)
  })
}

/**
 * What was hidden along with memories that come back: facts with the first of their messages, insights with the last of their
 * facts. What was hidden by itself stays so.
 */
export async function hiddenAlong(parts: MemoryParts, back: Records, options: CallOptions): Promise<Records> {
  const now = parts.now()
  const along = await follow(parts, back, options, (made, sources, coming) => {
    if (made.deletedAt === null || !isMarked(made) || isExpired(made, now)) return false
    const isThere = (id: string): boolean => coming.has(id) || sources.get(id)?.deletedAt === null
    return made.type !== insightType || (made.derivation?.sources ?? []).every(isThere)
  })
  return withoutTaken(parts, along, options)
}

/** In the derivation of what was hidden along with what it is made of. */
const mark = 'hiddenAlong'

function isMarked({ derivation }: MemoryRecord): boolean {
  return derivation?.[mark] === true
}

/** What is set of a memory that is hidden along, or comes back, however it was hidden. */
export function markedAs(record: MemoryRecord, isAlong: boolean): Pick<Patch['set'], 'derivation'> {
  const { derivation } = record
  if (!derivation || isMarked(record) === isAlong) return {}
  const { [mark]: _mark, ...rest } = derivation
  return { derivation: isAlong ? { ...derivation, [mark]: true } : rest }
}

/** Goes from memories to what was made of them, and on from there, as long as something `goes` along. */
async function follow(
  parts: MemoryParts,
  first: Records,
  options: CallOptions,
  goes: (made: MemoryRecord, sources: Records, going: Records) => boolean,
): Promise<Records> {
  const going = new Map(first)
  const along = new Map<string, MemoryRecord>()
  let last = [...first.values()]
  while (last.length > 0) {
    const made = (await madeOf(parts, last, options)).filter(({ id }) => !going.has(id))
    const sources = await readSources(parts, made, going, options)
    last = made.filter(record => goes(record, sources, going))
    for (const record of last) {
      going.set(record.id, record)
      along.set(record.id, record)
    }
  }
  return along
}

/** What a model made of memories, of the same user and agent. Of what is no message, and was not made itself, nothing is. */
async function madeOf(
  { store }: MemoryParts,
  sources: readonly MemoryRecord[],
  options: CallOptions,
): Promise<MemoryRecord[]> {
  const telling = sources.filter(({ type, origin }) => type === 'message' || origin === 'model')
  const made = new Map<string, MemoryRecord>()
  for (const group of Map.groupBy(telling, ownerOf).values()) {
    const [{ orgId, userId, agentId }] = group as [MemoryRecord]
    const scope = { orgId, userId: userId ?? undefined, agentId: agentId ?? undefined }
    for (let start = 0; start < group.length; start += sourcesOfQuery) {
      const some = group.slice(start, start + sourcesOfQuery)
      const where = parseWhere({
        origin: 'model',
        or: some.map(({ id }) => ({ 'derivation.sources': { contains: id } })),
      })
      for await (const page of store.query({ scope, where }, options))
        for (const record of page)
          if (ownerOf(record) === ownerOf(some[0] as MemoryRecord)) made.set(record.id, record)
    }
  }
  return [...made.values()]
}

function ownerOf({ orgId, userId, agentId }: MemoryRecord): string {
  return JSON.stringify([orgId, userId, agentId])
}

/** The other sources of what was made, as far as they are there. */
async function readSources(
  { store }: MemoryParts,
  made: readonly MemoryRecord[],
  known: Records,
  options: CallOptions,
): Promise<Records> {
  const ids = new Set(made.flatMap(({ derivation }) => derivation?.sources ?? []))
  const open = [...ids].filter(id => !known.has(id))
  const [first] = made
  if (!first || open.length === 0) return new Map()
  const records = await store.get(keysOf(open, { orgId: first.orgId }), options)
  return new Map(records.flatMap(record => (record ? [[record.id, record]] : [])))
}

/** Those whose words another one of their scope has not taken meanwhile: a fact that was told again stands there already. */
async function withoutTaken(parts: MemoryParts, along: Records, options: CallOptions): Promise<Records> {
  const left = new Map(along)
  for (const group of Map.groupBy(along.values(), ownerOf).values()) {
    const [{ orgId, userId, agentId }] = group as [MemoryRecord]
    const scope = { orgId, userId: userId ?? undefined, agentId: agentId ?? undefined }
    const where = parseWhere({
      origin: 'model',
      hash: { in: group.map(({ hash }) => hash) },
      deletedAt: null,
      supersededBy: null,
    })
    for await (const page of parts.store.query({ scope, where }, options)) {
      for (const taken of page)
        for (const record of group)
          if (
            record.hash === taken.hash &&
            record.runId === taken.runId &&
            ownerOf(record) === ownerOf(taken)
          )
            left.delete(record.id)
    }
  }
  return left
}
