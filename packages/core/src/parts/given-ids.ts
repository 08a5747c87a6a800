import { MemoryError } from '../contracts/errors.ts'
import { defaultOrg, givenId, storedId, withGivenIds } from '../contracts/stored-id.ts'
import type { Derivation, HistoryEntry, Json, MemoryRecord } from '../contracts/record.ts'

type NamedRecord = Pick<MemoryRecord, 'orgId' | 'id' | 'supersededBy' | 'derivation'>

/** A record as callers know it: with the ids that they use. */
export function givenRecord<Named extends NamedRecord>(record: Named): Named {
  return record.orgId === defaultOrg ? record : withIds(record, givenId)
}

/** A record with the ids that callers use, as it is stored in its organization. */
export function storedRecord<Named extends NamedRecord>(record: Named): Named {
  const { orgId } = record
  return orgId === defaultOrg ? record : withIds(record, id => storedId(orgId, id))
}

/** An entry of a history as callers know it. */
export function givenEntry(entry: HistoryEntry): HistoryEntry {
  return withEntryIds(entry, givenId)
}

/** An entry of a history, with the ids that callers use, as an organization stores it. */
export function storedEntry(entry: HistoryEntry, orgId: string): HistoryEntry {
  return withEntryIds(entry, id => storedId(orgId, id))
}

/** An error of the parts, whose message may name ids as they are stored, as callers get it. */
export function givenError<Thrown>(error: Thrown): Thrown | MemoryError {
  if (!MemoryError.is(error)) return error
  const { code, message, retryable, cause } = error
  const given = withGivenIds(message)
  return given === message ? error : new MemoryError(code, given, { cause: cause ?? error, retryable })
}

type MapId = (id: string) => string

function withIds<Named extends NamedRecord>(record: Named, map: MapId): Named {
  const { id, supersededBy, derivation } = record
  return {
    ...record,
    id: map(id),
    supersededBy: supersededBy === null ? null : map(supersededBy),
    derivation: derivation === null ? null : derivationWithIds(derivation, map),
  }
}

function withEntryIds(entry: HistoryEntry, map: MapId): HistoryEntry {
  const { memoryId, successorId } = entry
  return {
    ...entry,
    memoryId: map(memoryId),
    successorId: successorId === null ? null : map(successorId),
  }
}

/** Beside `sources` a derivation names memories by `later`, the sources that later runs added, and by `closedBy`. */
function derivationWithIds(derivation: Derivation, map: MapId): Derivation {
  const { sources, later, closedBy } = derivation
  return {
    ...derivation,
    sources: sources.map(map),
    ...(later !== undefined && { later: runsWithIds(later, map) }),
    ...(typeof closedBy === 'string' && { closedBy: map(closedBy) }),
  }
}

/** Lists of ids by run. What has another form, since an import brought it, stays as it is. */
function runsWithIds(later: Json, map: MapId): Json {
  if (typeof later !== 'object' || later === null || Array.isArray(later)) return later
  const runs = Object.entries(later).map(([run, ids]) => [
    run,
    Array.isArray(ids) ? ids.map((id: Json) => (typeof id === 'string' ? map(id) : id)) : ids,
  ])
  return Object.fromEntries(runs) as Json
}
