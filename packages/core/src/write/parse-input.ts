import {
  checkBoolean,
  checkId,
  checkInteger,
  checkKeys,
  checkNumber,
  checkOptions,
  checkText,
  copyMetadata,
  invalid,
  maxContentLength,
} from '../checks/check-values.ts'
import { show } from '../contracts/show-value.ts'
import type { CountRequest } from '../contracts/store.ts'
import { parseEmbedding } from '../checks/parse-embedding.ts'
import { mintId } from '../contracts/mint-id.ts'
import type { Metadata, Scope } from '../contracts/record.ts'
import { storedId } from '../contracts/stored-id.ts'
import type {
  AddInput,
  AddOptions,
  DeleteByIdOptions,
  DeleteOptions,
  DeleteScope,
  MemoryChanges,
  MemoryInput,
  MessageInput,
  UpdateOptions,
} from '../memory-api.ts'
import { parseFilter } from '../parts/parse-filter.ts'
import { parseTime } from '../parts/parse-time.ts'
import { mergeScopes, namedScope, narrowScope, requireScope, scopeOptions } from '../parts/narrow-scope.ts'

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
const inputFields = [...sharedFields, 'content', 'embedding', 'index', 'id'] as const

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
  /** Where it stands in the call or file that brought it. */
  readonly place: number
  readonly expiresAt: number | null
  readonly actorId: string | null
  readonly role: string | null
  readonly embedding: Float32Array | undefined
  readonly indexed: boolean
}

/** Checks the options of an add; `own` names those that only this call has. */
export function checkAddOptions(options: AddOptions, own: readonly string[]): void {
  checkOptions(options, [...sharedFields, ...own])
  checkBoolean(options.dedupe, 'options.dedupe')
  checkOneOf(options.onTaken, 'options.onTaken', ['keep', 'replace'])
}

/** Checks one input and fills it up from the defaults of the call and the scope that is bound. `place`: see `ParsedInput`. */
export function parseInput(
  input: AddInput,
  defaults: AddOptions,
  bound: Scope,
  dimensions: number,
  place = 0,
): ParsedInput {
  const own: MemoryInput = typeof input === 'string' ? { content: input } : fromMessage(input)
  checkKeys(own, inputFields, 'A memory')
  const { content, embedding, index = true, id } = own
  checkBoolean(index, 'index')
  if (!index && embedding !== undefined)
    throw invalid('embedding is given for a memory that no search finds; leave it out, or leave index out.')
  checkContent(content)
  if (id !== undefined) checkId(id)
  const scope = narrowScope(bound, mergeScopes(own, defaults))
  requireScope(scope, 'A memory')

  const metadata = own.metadata ?? defaults.metadata
  const createdAt = own.createdAt ?? defaults.createdAt
  const expiresAt = own.expiresAt === undefined ? defaults.expiresAt : own.expiresAt
  return {
    id: storedId(scope.orgId, id ?? mintId()),
    minted: id === undefined,
    scope,
    content,
    metadata: metadata === undefined ? {} : copyMetadata(metadata),
    type: text(own.type ?? defaults.type, 'type') ?? 'episodic',
    level: text(own.level ?? defaults.level, 'level') ?? 'normal',
    importance: importance(own.importance ?? defaults.importance) ?? 0.5,
    createdAt: createdAt === undefined ? undefined : parseTime(createdAt, 'createdAt'),
    place,
    expiresAt: expiresAt === undefined || expiresAt === null ? null : parseTime(expiresAt, 'expiresAt'),
    actorId: text(own.actorId ?? defaults.actorId, 'actorId') ?? null,
    role: text(own.role ?? defaults.role, 'role') ?? null,
    embedding: embedding === undefined ? undefined : parseEmbedding(embedding, dimensions),
    indexed: index,
  }
}

/** A message may name who sent it, as chat APIs have it. */
function fromMessage(input: MessageInput | MemoryInput): MemoryInput {
  if (typeof input !== 'object' || input === null || !('name' in input)) return input
  const { name, ...rest } = input
  return name === undefined || 'actorId' in rest ? rest : { ...rest, actorId: name }
}

export function checkUpdateOptions(options: UpdateOptions): UpdateOptions {
  checkOptions(options, ['actorId', 'metadataMode'])
  if (options.actorId !== undefined) checkText(options.actorId, 'actorId')
  checkOneOf(options.metadataMode, 'options.metadataMode', ['replace', 'merge'])
  return options
}

export function checkDeleteOptions(
  options: DeleteOptions,
  known: readonly string[] = ['purgeHistory', 'cascade'],
): DeleteOptions {
  checkOptions(options, ['actorId', ...known])
  if (options.actorId !== undefined) checkText(options.actorId, 'actorId')
  checkBoolean(options.purgeHistory, 'options.purgeHistory')
  checkBoolean(options.cascade, 'options.cascade')
  return options
}

export function checkDeleteByIdOptions(options: DeleteByIdOptions): DeleteByIdOptions {
  checkDeleteOptions(options, ['purgeHistory', 'cascade', 'soft'])
  checkBoolean(options.soft, 'options.soft')
  if (options.soft && options.purgeHistory)
    throw invalid('soft keeps a memory, and purgeHistory is to leave nothing of it; give one of them.')
  return options
}

/** Checks a value that is one of a few, or left out. */
function checkOneOf(value: unknown, name: string, known: readonly string[]): void {
  if (value === undefined || known.some(other => other === value)) return
  throw invalid(`${name} must be ${known.map(other => `'${other}'`).join(' or ')}, not ${show(value)}.`)
}

/** Checks whose memories are deleted, and which of them. */
export function parseDeleteScope(bound: Scope, given: DeleteScope): CountRequest {
  checkKeys(given, [...scopeOptions, 'where'], 'scope')
  const { where, ...scope } = given
  if ('where' in given && where === undefined) {
    throw invalid('where is undefined; leave it out to delete all of the scope, or give a filter.')
  }
  const narrowed = namedScope(bound, scope, 'deleteAll')
  return { scope: narrowed, where: parseFilter(where, bound.orgId) }
}

/** Changes that have been checked: only what is to change, times as numbers. */
export interface ParsedUpdate {
  readonly id: string
  readonly fields: Omit<MemoryChanges<Metadata>, 'expiresAt' | 'version'> & {
    readonly expiresAt?: number | null
  }
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
