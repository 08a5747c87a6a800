import type { CallOptions } from '../contracts/log.ts'
import type { HistoryEntry } from '../contracts/record.ts'
import type { AdoptOptions, StagedVector } from '../contracts/staging.ts'
import {
  checkArray,
  checkBoolean,
  checkInteger,
  checkKeys,
  checkOptions,
  checkPlainObject,
  checkSignal,
  checkScope,
  checkText,
  checkVector,
  invalid,
  maxMetadataLength,
} from './check-values.ts'
import { show } from '../contracts/show-value.ts'
import { checkHistoryEntry } from './check-history.ts'
import { largestLogPage } from '../contracts/log.ts'
import type * as s from '../contracts/store.ts'
import type * as w from '../contracts/store-writes.ts'

/** The longest name of a model that a Store keeps, in UTF-16 units. */
const maxIdentityLength = 4_096

export function checkCallOptions(options: CallOptions): void {
  checkOptions(options)
}

export function checkWriteOptions(
  options: w.WriteOptions,
  known: readonly string[] = ['signal', 'actor'],
): void {
  checkKeys(options, known, 'options')
  checkSignal(options.signal)
  if (options.actor !== undefined) checkText(options.actor, 'options.actor')
}

export function checkVectorWriteOptions(options: w.VectorWriteOptions): void {
  checkWriteOptions(options, ['signal', 'actor', 'embedder'])
  if (options.embedder !== undefined) checkIdentity(options.embedder)
}

export function checkPutOptions(options: w.PutOptions): void {
  const { onTaken, history, ...others } = options
  checkVectorWriteOptions(others)
  if (onTaken !== undefined && onTaken !== 'keep' && onTaken !== 'replace') {
    throw invalid(`options.onTaken must be 'keep' or 'replace', not ${show(onTaken)}.`)
  }
  if (history === undefined) return
  if (!(history instanceof Map)) throw invalid(`options.history must be a Map, not ${show(history)}.`)
  if (onTaken === 'replace') throw invalid("options.history is of new records; leave out onTaken: 'replace'.")
  for (const entries of history.values() as Iterable<readonly HistoryEntry[]>) {
    for (const entry of checkArray(entries, 'options.history')) checkHistoryEntry(entry)
  }
}

export function checkDeleteOptions(options: w.DeleteOptions, known: readonly string[] = []): void {
  checkWriteOptions(options, ['signal', 'actor', 'purgeHistory', 'cascade', ...known])
  checkBoolean(options.purgeHistory, 'options.purgeHistory')
  checkBoolean(options.cascade, 'options.cascade')
}

export function checkReuse(hashes: readonly string[], options: s.ReuseOptions): void {
  checkKeys(options, ['signal', 'embedder'], 'options')
  checkSignal(options.signal)
  checkIdentity(options.embedder)
  for (const hash of checkArray(hashes, 'hashes')) checkText(hash, 'hash')
}

/** Checks which part of the log a call asks for. */
export function checkRequest(request: { readonly after: number; readonly limit: number }): void {
  checkKeys(request, ['after', 'limit'], 'request')
  checkInteger(request.after, 'after', 0, Number.MAX_SAFE_INTEGER)
  checkInteger(request.limit, 'limit', 1, largestLogPage)
}

export function checkPageSize(value: unknown, name: string): void {
  checkInteger(value, name, 1, 10_000)
}

/** Checks what a query, a count and a list of values have in common. `known` names what else the request may have. */
export function checkQuery(query: s.CountRequest, known: readonly string[] = []): void {
  checkPlainObject(query, 'query')
  checkKeys(query, ['scope', 'where', ...known], 'query')
  checkScope(query.scope)
}

export function checkScopesRequest(request: s.ScopesRequest): void {
  checkQuery(request, ['by', 'after', 'limit'])
  checkPlainObject(request.by, 'query.by')
  if ('field' in request.by && request.by.kind !== 'string') {
    throw invalid(`query.by names ${show(request.by.field)}, which is no string.`)
  }
  // A value in metadata may be as long as metadata, and empty.
  if (request.after) checkText(request.after, 'query.after', maxMetadataLength)
  checkInteger(request.limit, 'query.limit', 1, 10_001)
}

export function checkOrder(order: s.QueryOrder): void {
  checkKeys(order, ['by', 'direction'], 'order')
  if (order.by !== 'createdAt' && order.by !== 'updatedAt') {
    throw invalid(`order.by must be 'createdAt' or 'updatedAt', not ${show(order.by)}.`)
  }
  if (order.direction !== 'asc' && order.direction !== 'desc') {
    throw invalid(`order.direction must be 'asc' or 'desc', not ${show(order.direction)}.`)
  }
}

export function checkIdentity(embedder: unknown): void {
  checkText(embedder, 'embedder', maxIdentityLength)
}

/**
 * Checks staged vectors. All must have one length, which may differ from that of the vectors in use: the model is
 * another.
 */
export function checkStaged(vectors: readonly StagedVector[]): void {
  for (const entry of checkArray(vectors, 'vectors')) {
    checkPlainObject(entry, 'vectors')
    checkKeys(entry, ['hash', 'vector'], 'vectors')
    checkText(entry.hash, 'vectors.hash')
    checkVector(entry.vector, vectors[0]?.vector.length ?? 0, 'vectors.vector')
  }
}

export function checkAdoptOptions({ limit, complete, ...options }: AdoptOptions): void {
  checkCallOptions(options)
  if (limit !== undefined) checkInteger(limit, 'options.limit', 0, 10_000)
  if (complete !== undefined && typeof complete !== 'function') {
    throw invalid(`options.complete must be a function, not ${show(complete)}.`)
  }
  if ((limit ?? 0) > 0 && complete === undefined) {
    throw invalid('options.limit needs options.complete, which embeds what has no vector yet.')
  }
}
