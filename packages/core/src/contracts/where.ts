/** A value that a field can be compared with. */
export type Scalar = string | number | boolean

/**
 * The record fields that a filter may name, each with the type of its values. A filter may also name
 * `metadata.<path>` and `derivation.<path>`.
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

/** The record fields that a filter may name. */
export type WhereField = keyof typeof whereFields

/** Conditions on one field; all of them must hold. */
export interface WhereConditions {
  /** The same value; null: the field is absent. Default: no such condition. */
  readonly eq?: Scalar | Date | null
  /** Any other value, or none. Default: no such condition. */
  readonly ne?: Scalar | Date | null
  /** Greater. Default: no such condition. */
  readonly gt?: string | number | Date
  /** Greater, or the same. Default: no such condition. */
  readonly gte?: string | number | Date
  /** Less. Default: no such condition. */
  readonly lt?: string | number | Date
  /** Less, or the same. Default: no such condition. */
  readonly lte?: string | number | Date
  /** One of these values, 1,000 at most. Default: no such condition. */
  readonly in?: readonly (Scalar | Date)[]
  /** None of these values, or no value. Default: no such condition. */
  readonly nin?: readonly (Scalar | Date)[]
  /** A string that contains this text, or an array in metadata that contains this value. Default: no such condition. */
  readonly contains?: Scalar
  /** True: the field is present and not null. False: it is absent or null. Default: either. */
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
 * A filter over record fields, `metadata.<path>` and `derivation.<path>`, such as `{ 'metadata.topic': 'food', importance: { gte: 0.5 },
 * or: [{ type: 'semantic' }, { role: { ne: 'user' } }] }`. All entries of one object must hold. A bare value means
 * `eq`.
 *
 * Null and absent are the same. Values are compared only with values of their own type: `gt: 5` is false for '7'.
 * `eq: null` holds when the field is absent. Every other comparison with an absent field is false. `ne` and `nin`
 * are the opposites of `eq` and `in`, and therefore true for an absent field. Strings are ordered by code point.
 */
export type Where = WhereFields | WherePath

/** What a field is compared with: a bare value means `eq`, and null that it is absent. */
export type WhereCondition = Scalar | Date | null | WhereConditions

/** Conditions on fields, and those that join filters. */
export interface WhereFields extends Readonly<Partial<Record<WhereField, WhereCondition>>> {
  /** All of these must hold. Default: nothing of that kind. */
  readonly and?: readonly Where[]
  /** One of these must hold. Default: nothing of that kind. */
  readonly or?: readonly Where[]
  /** This must not hold. Default: nothing of that kind. */
  readonly not?: Where
  /** Such as `metadata.topic`, or `metadata.address.city`. Keys that are written otherwise have a `WherePath`. */
  readonly [path: `metadata.${string}`]: WhereCondition | undefined
  /** Such as `derivation.batch`, or `derivation.sources`: absent in what a caller wrote. */
  readonly [path: `derivation.${string}`]: WhereCondition | undefined
}

/** The fields of a record that a path leads into. */
export type WhereRoot = 'metadata' | 'derivation'

/** A path of keys into the JSON of a record. */
export interface WherePlace {
  readonly path: readonly string[]
  /** Default 'metadata'. */
  readonly root?: WhereRoot | undefined
}

/** The target of a comparison: a record field, or a path of keys. */
export type WhereTarget = WhereColumn | WherePlace

/** A record field. */
export interface WhereColumn {
  /** The field. */
  readonly field: WhereField
  /** The type of its values. */
  readonly kind: 'string' | 'number'
  /** True: an id as callers use it, without what `storedId` puts before it. Default false: as it is stored. */
  readonly given?: boolean | undefined
}

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
