import { hash } from 'node:crypto'

import { unitVector } from './guard-embedder.ts'
import {
  checkBoolean,
  checkId,
  checkInteger,
  checkKeys,
  copyMetadata,
  checkNumber,
  checkOptions,
  checkText,
  checkTime,
  invalid,
  maxContentLength,
  show,
} from './guard-values.ts'
import type {
  AddInput,
  AddOptions,
  MemoryChanges,
  MemoryInput,
  ScopeOptions,
  TimeInput,
  UpdateOptions,
} from './memory-face.ts'
import { mintId } from './mint-id.ts'
import type { Metadata, Scope } from './record.ts'

const scopeParts = ['userId', 'agentId', 'runId'] as const
/** The options that say whom a call is about. */
export const scopeOptions: readonly (keyof ScopeOptions)[] = [...scopeParts, 'scope']
const sharedFields = [
  ...scopeOptions,
  'metadata',
  'type',
  'level',
  'importance',
  'createdAt',
  'expiresAt',
  'actorId',
  'role',
] as const satisfies readonly (keyof AddOptions)[]
/** What can be changed of a memory. */
export const changeFields: readonly (keyof MemoryChanges)[] = [
  'content',
  'metadata',
  'type',
  'level',
  'importance',
  'expiresAt',
  'version',
]
const inputFields = [...sharedFields, 'content', 'embedding', 'id'] as const

/** An input that has been checked, with its defaults in. */
export interface ParsedInput {
  /** Made here where none was given, so that an input which is sent to the Store twice is stored once. */
  readonly id: string
  /** True when the id was made here. */
  readonly minted: boolean
  readonly scope: Scope
  readonly content: string
  readonly metadata: Metadata
  readonly type: string
  readonly level: string
  readonly importance: number
  readonly createdAt: number | undefined
  readonly expiresAt: number | null
  readonly actorId: string | null
  readonly role: string | null
  readonly embedding: Float32Array | undefined
}

/** Checks the options of an add; `own` names those that only this call has. */
export function checkAddOptions(options: AddOptions, own: readonly string[]): void {
  checkOptions(options, [...sharedFields, ...own])
  checkBoolean(options.dedupe, 'options.dedupe')
}

/** Checks one input and fills it up from the defaults of the call and the scope that is bound. */
export function parseInput(
  input: AddInput,
  defaults: AddOptions,
  bound: Scope,
  dimensions: number,
): ParsedInput {
  const own: MemoryInput = typeof input === 'string' ? { content: input } : input
  checkKeys(own, inputFields, 'A memory')
  const { content, embedding, id } = own
  checkContent(content)
  if (id !== undefined) checkId(id)
  const scope = narrowScope(bound, mergeScopes(own, defaults))
  requireScope(scope, 'A memory')

  const metadata = own.metadata ?? defaults.metadata
  const createdAt = own.createdAt ?? defaults.createdAt
  const expiresAt = own.expiresAt === undefined ? defaults.expiresAt : own.expiresAt
  return {
    id: id ?? mintId(),
    minted: id === undefined,
    scope,
    content,
    metadata: metadata === undefined ? {} : copyMetadata(metadata),
    type: text(own.type ?? defaults.type, 'type') ?? 'episodic',
    level: text(own.level ?? defaults.level, 'level') ?? 'normal',
    importance: importance(own.importance ?? defaults.importance) ?? 0.5,
    createdAt: createdAt === undefined ? undefined : parseTime(createdAt, 'createdAt'),
    expiresAt: expiresAt === undefined || expiresAt === null ? null : parseTime(expiresAt, 'expiresAt'),
    actorId: text(own.actorId ?? defaults.actorId, 'actorId') ?? null,
    role: text(own.role ?? defaults.role, 'role') ?? null,
    embedding: embedding === undefined ? undefined : parseEmbedding(embedding, dimensions),
  }
}

/** Checks the options of an update or a removal. */
export function checkUpdateOptions(options: UpdateOptions): UpdateOptions {
  checkOptions(options, ['actorId'])
  if (options.actorId !== undefined) checkText(options.actorId, 'actorId')
  return options
}

/** Changes that have been checked: only what is to change, times as numbers. */
export interface ParsedUpdate {
  readonly id: string
  readonly fields: Omit<MemoryChanges, 'expiresAt' | 'version'> & { readonly expiresAt?: number | null }
  readonly expectVersion: number | undefined
}

export function parseUpdate(changes: MemoryChanges & { readonly id: string }): ParsedUpdate {
  checkKeys(changes, ['id', ...changeFields], 'changes')
  checkId(changes.id)
  const { version, expiresAt, content, metadata, type, level } = changes
  if (content !== undefined) checkContent(content)
  if (version !== undefined) checkInteger(version, 'version', 1, Number.MAX_SAFE_INTEGER)
  const time = expiresAt === undefined || expiresAt === null ? expiresAt : parseTime(expiresAt, 'expiresAt')
  const fields = {
    content,
    metadata: metadata === undefined ? undefined : copyMetadata(metadata),
    type: text(type, 'type'),
    level: text(level, 'level'),
    importance: importance(changes.importance),
    expiresAt: time,
  }
  const set = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  if (Object.keys(set).length === 0) throw invalid('changes is empty; name at least one field to change.')
  return { id: changes.id, fields: set, expectVersion: version }
}

/** The scope of a call inside the bound one: a part may be added, but not changed. */
export function narrowScope(bound: Scope, options: ScopeOptions): Scope {
  for (const part of scopeParts) {
    refuseNull(options[part], part)
    refuseNull(options.scope?.[part], `scope.${part}`)
  }
  const given = options.scope === undefined ? options : mergeScopes(options, {})
  const scope: { -readonly [Part in keyof Scope]: Scope[Part] } = { ...bound }
  for (const part of scopeParts) {
    const value = given[part]
    if (value === undefined) continue
    checkText(value, part)
    if (bound[part] !== undefined && bound[part] !== value) {
      throw invalid(
        `${part} is ${show(value)}, but this memory is bound to ${show(bound[part])}; use another scope().`,
      )
    }
    scope[part] = value
  }
  return scope
}

/** A part that is null would widen the call to everyone, where an id is missing by mistake. */
function refuseNull(value: unknown, part: string): void {
  if (value === null) throw invalid(`${part} is null; leave it out to mean everyone, or name one.`)
}

/** For calls that concern every user. `doing` begins the message, such as 'reset removes'. */
export function refuseScope(scope: Scope, doing: string): void {
  if (!(scope.userId ?? scope.agentId ?? scope.runId)) return
  throw invalid(
    `${doing} the memories of every user; call it on the memory that was opened, not on a scope().`,
  )
}

/** Refuses a scope that names nobody. */
export function requireScope(scope: Scope, what: string): void {
  if (scope.userId === undefined && scope.agentId === undefined && scope.runId === undefined) {
    throw invalid(
      `${what} needs at least one of userId, agentId and runId, to say whose memories it is about.`,
    )
  }
}

/** SHA-256 of the content's UTF-8, in hexadecimal. */
export function contentHash(content: string): string {
  return hash('sha256', content, 'hex')
}

/** One value for one content in one scope. */
export function dedupeKey(scope: Scope, contentHash: string): string {
  const parts = [scope.orgId, scope.userId ?? null, scope.agentId ?? null, scope.runId ?? null, contentHash]
  return hash('sha256', JSON.stringify(parts), 'hex')
}

function mergeScopes(first: ScopeOptions, second: ScopeOptions): Omit<ScopeOptions, 'scope'> {
  for (const { scope } of [first, second]) {
    if (scope === undefined) continue
    checkKeys(scope, scopeParts, 'scope')
  }
  const part = (name: (typeof scopeParts)[number]): string | undefined =>
    first[name] ?? first.scope?.[name] ?? second[name] ?? second.scope?.[name]
  return { userId: part('userId'), agentId: part('agentId'), runId: part('runId') }
}

function checkContent(content: unknown): asserts content is string {
  checkText(content, 'content', maxContentLength)
  if (content.trim() === '') throw invalid('content is only white space; there is nothing to remember in it.')
}

function text(value: string | undefined, name: string): string | undefined {
  if (value !== undefined) checkText(value, name)
  return value
}

function importance(value: number | undefined): number | undefined {
  if (value !== undefined) checkNumber(value, 'importance', 0, 1)
  return value
}

function parseTime(time: TimeInput, name: string): number {
  const value = typeof time === 'string' ? Date.parse(time) : time instanceof Date ? time.getTime() : time
  if (Number.isNaN(value))
    throw invalid(`${name} is not a valid time: ${show(time)}; give a Date, ms or ISO 8601.`)
  checkTime(value, name)
  return value
}

function parseEmbedding(embedding: unknown, dimensions: number): Float32Array {
  if (!(embedding instanceof Float32Array) && !Array.isArray(embedding)) {
    throw invalid(`embedding must be a Float32Array or an array of numbers, not ${show(embedding)}.`)
  }
  if (Array.isArray(embedding) && !embedding.every(value => typeof value === 'number')) {
    throw invalid('embedding has an entry that is not a number.')
  }
  if (embedding.length !== dimensions) {
    throw invalid(`embedding has ${embedding.length} dimensions where the model has ${dimensions}.`)
  }
  try {
    return unitVector(Float32Array.from(embedding as ArrayLike<number>), dimensions, 'embedding')
  } catch (error) {
    throw invalid(`embedding cannot be used: ${error instanceof Error ? error.message : String(error)}`)
  }
}
