import { show } from '../contracts/show-value.ts'
import { checkDerivation } from './check-derivation.ts'
import type { Key, StoredRecord } from '../contracts/record.ts'
import type { Patch } from '../contracts/store-writes.ts'
import {
  checkBoolean,
  checkStoredId,
  checkInteger,
  checkKeys,
  checkMetadata,
  checkNumber,
  checkPlainObject,
  checkScope,
  checkText,
  checkTime,
  invalid,
  maxContentLength,
} from './check-values.ts'

type Check = (value: unknown, name: string) => void

const maxDedupeKeyLength = 108
/** The largest place: databases keep it in 32 bits. */
const maxPlace = 2 ** 31 - 1

/** Checks the place of a record in the call or file that brought it. */
export function checkPlace(value: unknown, name: string): asserts value is number {
  checkInteger(value, name, 0, maxPlace)
}

const orNull =
  (check: Check): Check =>
  (value, name) => {
    if (value !== null) check(value, name)
  }
const name: Check = (value, field) => checkText(value, field)
const content: Check = (value, field) => checkText(value, field, maxContentLength)
const flag: Check = (value, field) => {
  if (typeof value !== 'boolean') throw invalid(`${field} must be true or false, not ${show(value)}.`)
}
const count: Check = (value, field) => checkInteger(value, field, 0, Number.MAX_SAFE_INTEGER)

/** Shorter than a name: a Store keeps the key that a record gave up beside the record's id. */
const dedupeKey: Check = (value, field) => checkText(value, field, maxDedupeKeyLength)
const origin: Check = (value, field) => {
  if (value !== 'caller' && value !== 'model')
    throw invalid(`${field} must be 'caller' or 'model', not ${show(value)}.`)
}

/** The fields that a patch may set. */
const patchChecks: Record<keyof Patch['set'], Check> = {
  content,
  hash: name,
  metadata: checkMetadata,
  type: name,
  level: name,
  importance: (value, field) => checkNumber(value, field, 0, 1),
  indexed: flag,
  validTo: orNull(checkTime),
  supersededBy: orNull(checkStoredId),
  derivation: orNull(checkDerivation),
  deletedAt: orNull(checkTime),
  expiresAt: orNull(checkTime),
  accessCount: count,
  lastAccessedAt: orNull(checkTime),
}

/** The fields of a record, without its vector and `reusable`. */
const recordChecks: Record<Exclude<keyof StoredRecord, 'vector' | 'reusable'>, Check> = {
  ...patchChecks,
  orgId: name,
  id: checkStoredId,
  userId: orNull(name),
  agentId: orNull(name),
  runId: orNull(name),
  createdAt: checkTime,
  updatedAt: checkTime,
  place: checkPlace,
  version: (value, field) => checkInteger(value, field, 1, Number.MAX_SAFE_INTEGER),
  createdBy: orNull(name),
  updatedBy: orNull(name),
  actorId: orNull(name),
  role: orNull(name),
  validFrom: orNull(checkTime),
  origin,
  dedupeKey: orNull(dedupeKey),
}
const checks = Object.entries(recordChecks) as [keyof typeof recordChecks, Check][]
export const recordFields: readonly string[] = Object.keys(recordChecks)

/** Checks a record without the numbers of its vector. The guard checks those, because it knows the dimensions. */
export function checkRecord(record: Omit<StoredRecord, 'vector'>): void {
  for (const [field, check] of checks) check(record[field], field)
  checkBoolean(record.reusable, 'reusable')
}

/** Refuses an id that a batch has twice. `advice` says what to do about it. */
export function checkUnique(batch: readonly { readonly id: string }[], name: string, advice: string): void {
  const ids = new Set<string>()
  for (const { id } of batch) {
    const { size } = ids
    if (ids.add(id).size === size) throw invalid(`${name} has the id ${show(id)} twice; ${advice}.`)
  }
}

export function checkKey(key: Key): void {
  checkPlainObject(key, 'key')
  const { id, ...scope } = key
  checkScope(scope, 'key')
  checkStoredId(id, 'key.id')
}

const patchKeys = [
  'key',
  'set',
  'mergeMetadata',
  'vector',
  'reusable',
  'dedupeKey',
  'updatedAt',
  'expectVersion',
  'mustExist',
]

export function checkPatch(patch: Patch): void {
  checkPlainObject(patch, 'patch')
  checkKeys(patch, patchKeys, 'patch')
  checkKey(patch.key)
  checkPlainObject(patch.set, 'patch.set')
  checkKeys(patch.set, Object.keys(patchChecks), 'patch.set')
  for (const field of Object.keys(patch.set) as (keyof Patch['set'])[]) {
    if (patch.set[field] !== undefined) patchChecks[field](patch.set[field], field)
  }
  checkTime(patch.updatedAt, 'patch.updatedAt')
  checkBoolean(patch.reusable, 'patch.reusable')
  checkBoolean(patch.mustExist, 'patch.mustExist')
  checkBoolean(patch.mergeMetadata, 'patch.mergeMetadata')
  if (patch.dedupeKey !== undefined) dedupeKey(patch.dedupeKey, 'patch.dedupeKey')
  if (patch.expectVersion !== undefined) {
    checkInteger(patch.expectVersion, 'patch.expectVersion', 1, Number.MAX_SAFE_INTEGER)
  }
  if ((patch.set.content === undefined) !== (patch.vector === undefined)) {
    throw invalid(
      'patch.set.content and patch.vector come together or not at all: a vector belongs to its content.',
    )
  }
}
