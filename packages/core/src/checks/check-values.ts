import { MemoryError } from '../contracts/errors.ts'
import { show } from '../contracts/show-value.ts'
import { idPrefixLength, isPrefixed } from '../contracts/stored-id.ts'
import type { Json, Metadata, Scope } from '../contracts/record.ts'
import { isFiniteVector } from '../vectors/finite-vector.ts'

/** Longest id of a caller, in UTF-16 units. */
export const maxIdLength = 128
/** Longest id of a Store: see `storedId`. */
export const maxStoredIdLength: number = maxIdLength + idPrefixLength
/** Longest orgId, userId, agentId, runId, actor, role, type and level, in UTF-16 units. */
export const maxNameLength = 255
/** Longest content, in UTF-16 units. */
export const maxContentLength = 1_048_576
/** Largest metadata, in UTF-16 units of its JSON. */
export const maxMetadataLength = 262_144
/** Deepest nesting of metadata. */
export const maxMetadataDepth = 31

/** The key that changes the prototype of an object it is assigned to. */
export const forbiddenKey = '__proto__'

/** Returns an `INVALID_ARGUMENT` error. The message says what was wrong, with which value, and what to do. */
export function invalid(message: string): MemoryError {
  return new MemoryError('INVALID_ARGUMENT', message)
}

/** Checks text that a backend must keep byte for byte. */
export function checkText(
  value: unknown,
  name: string,
  maxLength: number = maxNameLength,
): asserts value is string {
  if (typeof value !== 'string') throw invalid(`${name} must be a string, not ${show(value)}.`)
  if (value.length === 0) throw invalid(`${name} is empty; give it at least one character, or leave it out.`)
  if (value.length > maxLength) {
    throw invalid(
      `${name} has ${value.length} characters; at most ${maxLength} are kept. Shorten or split it.`,
    )
  }
  if (value.includes('\0')) throw invalid(`${name} has a NUL character, which databases refuse; remove it.`)
  if (!value.isWellFormed()) {
    throw invalid(
      `${name} has a lone surrogate, which cannot be written as UTF-8; see String.prototype.toWellFormed.`,
    )
  }
}

/** Checks an id as a caller gives it. */
export function checkId(value: unknown, name = 'id'): asserts value is string {
  checkText(value, name, maxIdLength)
  if (isPrefixed(value))
    throw invalid(
      `${name} is ${show(value)}; '@', 16 characters and ':' begin no id, since the Store has that form for itself.`,
    )
}

/** Checks an id as a Store has it: see `storedId`. */
export function checkStoredId(value: unknown, name = 'id'): asserts value is string {
  checkText(value, name, maxStoredIdLength)
}

export function checkScope(scope: Scope, name = 'scope'): void {
  checkPlainObject(scope, name)
  checkKeys(scope, ['orgId', 'userId', 'agentId', 'runId'], name)
  checkText(scope.orgId, `${name}.orgId`)
  for (const part of ['userId', 'agentId', 'runId'] as const) {
    if (scope[part] !== undefined) checkText(scope[part], `${name}.${part}`)
  }
}

export function checkNumber(value: unknown, name: string, min: number, max: number): asserts value is number {
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    throw invalid(`${name} must be a number from ${min} to ${max}, not ${show(value)}.`)
  }
}

export function checkInteger(
  value: unknown,
  name: string,
  min: number,
  max: number,
): asserts value is number {
  if (!Number.isSafeInteger(value)) throw invalid(`${name} must be a whole number, not ${show(value)}.`)
  checkNumber(value, name, min, max)
}

/** Checks a value that is true, false or left out. */
export function checkBoolean(value: unknown, name: string): void {
  if (value !== undefined && typeof value !== 'boolean') {
    throw invalid(`${name} must be true or false, not ${show(value)}.`)
  }
}

/** Checks a time in UTC milliseconds, in the range of a JavaScript Date. */
export function checkTime(value: unknown, name: string): asserts value is number {
  checkInteger(value, name, -8.64e15, 8.64e15)
}

/** Checks the length of a vector and that every number in it is finite. */
export function checkVector(value: unknown, dimensions: number, name: string): asserts value is Float32Array {
  if (!(value instanceof Float32Array)) throw invalid(`${name} must be a Float32Array, not ${show(value)}.`)
  if (value.length === 0) throw invalid(`${name} is empty; give it at least one dimension.`)
  if (value.length !== dimensions) {
    throw invalid(
      `${name} has ${value.length} dimensions where ${dimensions} are expected; use one embedding model.`,
    )
  }
  if (!isFiniteVector(value)) throw invalid(`${name} holds a number that is not finite (NaN or Infinity).`)
}

export function checkArray<T>(value: readonly T[], name: string): readonly T[] {
  if (!Array.isArray(value)) throw invalid(`${name} must be an array, not ${show(value)}.`)
  return value
}

export function checkPlainObject(value: unknown, name: string): void {
  if (!isPlainObject(value)) throw invalid(`${name} must be a plain object, not ${show(value)}.`)
}

/** Refuses unknown keys, so that a misspelt option is not silently ignored. */
export function checkKeys(value: object, known: readonly string[], name: string): void {
  checkPlainObject(value, name)
  for (const key of Object.keys(value)) {
    if (!known.includes(key))
      throw invalid(`${name} has the unknown entry '${key}'; known are ${known.join(', ')}.`)
  }
}

/** Checks the options of a call; `known` names the options beside `signal`. */
export function checkOptions(options: object, known: readonly string[] = []): void {
  checkKeys(options, [...known, 'signal'], 'options')
  if ('signal' in options) checkSignal(options.signal)
  if (
    'onProgress' in options &&
    options.onProgress !== undefined &&
    typeof options.onProgress !== 'function'
  ) {
    throw invalid(`options.onProgress must be a function, not ${show(options.onProgress)}.`)
  }
}

export function checkSignal(signal: unknown): void {
  if (signal === undefined) return
  // A signal of another realm, or of a library, is as good.
  const { aborted, addEventListener, removeEventListener } = Object(signal) as Record<string, unknown>
  const listens = typeof addEventListener === 'function' && typeof removeEventListener === 'function'
  if (typeof aborted === 'boolean' && listens) return
  throw invalid(`options.signal must be an AbortSignal, not ${show(signal)}; give the controller's signal.`)
}

/** Checks that metadata can be written as JSON and read back unchanged. */
export function checkMetadata(value: unknown, name = 'metadata'): void {
  copyMetadata(value, name)
}

/** Returns a checked copy of metadata: later changes of the original do not reach the copy. */
export function copyMetadata(value: unknown, name = 'metadata'): Metadata {
  checkPlainObject(value, name)
  const copy = copyJson(value, name, 0)
  const { length } = JSON.stringify(copy)
  if (length > maxMetadataLength) {
    throw invalid(`${name} takes ${length} characters of JSON; at most ${maxMetadataLength} are kept.`)
  }
  return copy as Metadata
}

function copyJson(value: unknown, name: string, depth: number): Json {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') {
    if (value.includes('\0') || !value.isWellFormed()) {
      throw invalid(`${name} has a NUL or a lone surrogate; remove it.`)
    }
    return value
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw invalid(`${name} is ${value}, which JSON cannot hold.`)
    return value
  }
  if (depth >= maxMetadataDepth) throw invalid(`${name} is nested deeper than ${maxMetadataDepth} levels.`)
  if (Array.isArray(value)) {
    // Unlike map, Array.from visits a hole, which is refused as undefined.
    return Array.from(value, (item, i) => copyJson(item, `${name}[${i}]`, depth + 1))
  }
  if (!isPlainObject(value)) {
    throw invalid(`${name} is ${show(value)}, which is not plain JSON; convert it or leave it out.`)
  }
  if (Object.getOwnPropertySymbols(value).length > 0) throw invalid(`${name} has a symbol as key.`)
  const copy: Record<string, Json> = {}
  for (const key of Object.keys(value)) {
    if (key === forbiddenKey) throw invalid(`${name} has the key '${key}', which is not allowed.`)
    if (key.includes('\0') || !key.isWellFormed()) {
      throw invalid(`${name} has a key with a NUL or a lone surrogate.`)
    }
    copy[key] = copyJson(value[key], `${name}.${key}`, depth + 1)
  }
  return copy
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
