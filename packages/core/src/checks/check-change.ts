import type { StoredRecord } from '../contracts/record.ts'
import { show } from '../contracts/show-value.ts'
import type { PendingQuery, PendingRow, Postponed, StoreChange } from '../contracts/store-commit.ts'
import type { Patch } from '../contracts/store-writes.ts'
import { checkKey, checkPatch, checkRecord, checkUnique } from './check-record.ts'
import {
  checkArray,
  checkBoolean,
  checkInteger,
  checkKeys,
  checkPlainObject,
  checkScope,
  checkText,
  checkTime,
  invalid,
  maxContentLength,
} from './check-values.ts'

export function checkPuts(records: readonly StoredRecord[], name: string): void {
  for (const record of checkArray(records, name)) checkRecord(record)
  checkUnique(records, name, 'ids are unique in a Store')
}

export function checkPatches(patches: readonly Patch[], name: string): void {
  for (const patch of checkArray(patches, name)) checkPatch(patch)
  checkUnique(
    patches.map(({ key }) => key),
    name,
    'merge the two',
  )
}

const parts = ['puts', 'patches', 'deletes', 'pending', 'done', 'postponed']

/** Checks what is written together. The guard checks the vectors, because it knows the dimensions. */
export function checkChange(change: StoreChange): void {
  checkPlainObject(change, 'change')
  checkKeys(change, parts, 'change')
  const { puts = [], patches = [], deletes = [], pending = [], done = [], postponed = [] } = change
  checkPuts(puts, 'change.puts')
  checkPatches(patches, 'change.patches')
  for (const key of [...checkArray(deletes, 'change.deletes'), ...checkArray(done, 'change.done')])
    checkKey(key)
  for (const row of checkArray(pending, 'change.pending')) checkRow(row)
  for (const row of checkArray(postponed, 'change.postponed')) checkPostponed(row)
  const named = [...puts, ...patches.map(({ key }) => key), ...deletes]
  checkUnique(named, 'change', 'put, patch or delete a record, one of them')
  const rows = [...pending.map(({ key }) => key), ...done, ...postponed.map(({ key }) => key)]
  checkUnique(rows, 'change', 'a row of the inbox is new, done or postponed, one of them')
  const ids = new Set(puts.map(({ id }) => id))
  const stray = pending.find(({ key }) => !ids.has(key.id))
  if (stray) throw invalid(`change.pending names ${show(stray.key.id)}, which the change does not put.`)
}

function checkRow(row: PendingRow): void {
  checkPlainObject(row, 'change.pending')
  checkKeys(row, ['key', 'at', 'tokens', 'notBefore'], 'change.pending')
  checkKey(row.key)
  checkTime(row.at, 'change.pending.at')
  checkInteger(row.tokens, 'change.pending.tokens', 0, Number.MAX_SAFE_INTEGER)
  checkTime(row.notBefore, 'change.pending.notBefore')
}

function checkPostponed(row: Postponed): void {
  const name = 'change.postponed'
  checkPlainObject(row, name)
  checkKeys(row, ['key', 'attempts', 'notBefore', 'parked', 'reason', 'answer'], name)
  checkKey(row.key)
  checkInteger(row.attempts, `${name}.attempts`, 0, Number.MAX_SAFE_INTEGER)
  checkTime(row.notBefore, `${name}.notBefore`)
  if (row.parked === undefined) throw invalid(`${name}.parked is undefined; give true or false.`)
  checkBoolean(row.parked, `${name}.parked`)
  for (const field of ['reason', 'answer'] as const) {
    const value = row[field]
    if (value === null || (field === 'answer' && value === undefined)) continue
    checkText(value, `${name}.${field}`, maxContentLength)
  }
}

export function checkPendingQuery(query: PendingQuery): void {
  checkPlainObject(query, 'query')
  checkKeys(query, ['scope', 'after', 'limit', 'state', 'now'], 'query')
  checkScope(query.scope)
  if (query.after !== undefined) checkInteger(query.after, 'query.after', 0, Number.MAX_SAFE_INTEGER)
  checkInteger(query.limit, 'query.limit', 1, 10_000)
  if (query.state !== undefined && query.state !== 'waiting' && query.state !== 'parked') {
    throw invalid(`query.state must be 'waiting' or 'parked', not ${show(query.state)}.`)
  }
  checkTime(query.now, 'query.now')
}
