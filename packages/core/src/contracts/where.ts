/** A value that a field can be compared with. */
export type Scalar = string | number | boolean

/**
 * The record fields that a filter may name, each with the type of its values. A filter may also name
 * `metadata.<path>`.
 */
export const whereFields = {
  id: 'string',
  userId: 'string',
  agentId: 'string',
  runId: 'string',
  content: 'string',
  hash: 'string',
  type: 'string',
  level: 'string',
  importance: 'number',
  accessCount: 'number',
  lastAccessedAt: 'number',
  createdAt: 'number',
  updatedAt: 'number',
  expiresAt: 'number',
  version: 'number',
  createdBy: 'string',
  updatedBy: 'string',
  actorId: 'string',
  role: 'string',
  validFrom: 'number',
  validTo: 'number',
  supersededBy: 'string',
  origin: 'string',
  deletedAt: 'number',
} as const

/** The fields that are times: a filter may compare them with a Date or ISO 8601 text, as well as UTC milliseconds. */
export const timeFields: ReadonlySet<string> = new Set([
  'lastAccessedAt',
  'createdAt',
  'updatedAt',
  'expiresAt',
  'validFrom',
  'validTo',
  'deletedAt',
])

export type WhereField = keyof typeof whereFields

/** Conditions on one field; all of them must hold. */
export interface WhereConditions {
  readonly eq?: Scalar | Date | null
  readonly ne?: Scalar | Date | null
  readonly gt?: string | number | Date
  readonly gte?: string | number | Date
  readonly lt?: string | number | Date
  readonly lte?: string | number | Date
  readonly in?: readonly (Scalar | Date)[]
  readonly nin?: readonly (Scalar | Date)[]
  /** A string that contains this text, or an array in metadata that contains this value. */
  readonly contains?: Scalar
  /** True: the field is present and not null. False: it is absent or null. */
  readonly exists?: boolean
}

/**
 * Conditions on any key of the metadata, by its path: keys that have dots or spaces, begin with a digit, or are in another
 * script than Latin. Such as `{ path: ['Größe', 'in.cm'], gte: 180 }`.
 */
export interface WherePath extends WhereConditions {
  /** 1 to 16 keys of 1 to 255 characters, without quotation marks, backslashes and control characters. */
  readonly path: readonly string[]
}

/**
 * A filter over record fields and `metadata.<path>`, such as `{ 'metadata.topic': 'food', importance: { gte: 0.5 },
 * or: [{ type: 'semantic' }, { role: { ne: 'user' } }] }`. All entries of one object must hold. A bare value means
 * `eq`.
 *
 * Null and absent are the same. Values are compared only with values of their own type: `gt: 5` is false for '7'.
 * `eq: null` holds when the field is absent. Every other comparison with an absent field is false. `ne` and `nin`
 * are the opposites of `eq` and `in`, and therefore true for an absent field. Strings are ordered by code point.
 */
export type Where = WhereFields | WherePath

/** Conditions on fields, and those that join filters. */
export interface WhereFields {
  readonly and?: readonly Where[]
  readonly or?: readonly Where[]
  readonly not?: Where
  readonly [field: string]: Scalar | Date | null | WhereConditions | readonly Where[] | Where | undefined
}

/** The target of a comparison: a record field, or a path of keys into the metadata. */
export type WhereTarget =
  | { readonly field: WhereField; readonly kind: 'string' | 'number' }
  | { readonly path: readonly string[] }

/** A checked filter, as the evaluator and every compiler read it. */
export type WhereNode =
  | { readonly op: 'and' | 'or'; readonly nodes: readonly WhereNode[] }
  | { readonly op: 'not'; readonly node: WhereNode }
  | { readonly op: 'eq'; readonly target: WhereTarget; readonly value: Scalar }
  | {
      readonly op: 'gt' | 'gte' | 'lt' | 'lte'
      readonly target: WhereTarget
      readonly value: string | number
    }
  | { readonly op: 'in'; readonly target: WhereTarget; readonly values: readonly Scalar[] }
  | { readonly op: 'contains'; readonly target: WhereTarget; readonly value: Scalar }
  | { readonly op: 'exists'; readonly target: WhereTarget }
