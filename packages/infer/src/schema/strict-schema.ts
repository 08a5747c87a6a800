import { invalid } from '@agentmem/core/adapter'
import type { JsonSchema } from '@agentmem/core/adapter'
import { exactly, listOf, orNull } from './answer-schemas.ts'

const owner = 'openModelExtractor'
/** Objects within objects at most. */
const deepest = 8

/** A place in the caller's schema. */
interface Place {
  readonly path: string
  readonly depth: number
  readonly root: JsonSchema
  /** References that led here: one that comes back has no end. */
  readonly through: readonly string[]
}

/**
 * The strict form of the caller's schema of an object: all properties required and no others, with null for one that may be
 * left out. What an endpoint might refuse, such as the length of a text, is left out: the caller's own schema checks it once
 * more. Throws `INVALID_ARGUMENT` for what has no strict form, with its place.
 */
export function strictSchema(given: JsonSchema): JsonSchema {
  if (given['type'] !== 'object') throw wrong('schema', 'is no object; give one such as z.object({ ... })')
  return strict(given, { path: 'schema', depth: 0, root: given, through: [] })
}

function strict(schema: JsonSchema, place: Place): JsonSchema {
  const { $ref, type, description, enum: values, const: only, anyOf, oneOf, allOf } = schema
  const said = typeof description === 'string' ? { description } : {}
  if (typeof $ref === 'string') return strict(...followed($ref, place))
  const choices = anyOf ?? oneOf
  if (Array.isArray(choices))
    return { ...said, anyOf: choices.map((choice, i) => strict(objectOf(choice), at(place, `[${i}]`))) }
  if (Array.isArray(allOf))
    throw wrong(place.path, 'joins several schemas (allOf); write one object in their place')
  if (only !== undefined) return { ...said, ...(type !== undefined && { type }), enum: [only] }
  if (Array.isArray(values)) return { ...said, ...(type !== undefined && { type }), enum: values }
  if (type === 'object') return { ...objectIn(schema, place), ...said }
  if (type === 'array') return { ...arrayIn(schema, place), ...said }
  const names = Array.isArray(type) ? (type as unknown[]) : [type]
  const isPlain = names.every(name =>
    ['string', 'number', 'integer', 'boolean', 'null'].includes(String(name)),
  )
  if (isPlain && type !== undefined) return { ...said, type }
  throw wrong(place.path, 'may be anything; say what it is')
}

function objectIn({ properties, required, additionalProperties }: JsonSchema, place: Place): JsonSchema {
  if (typeof additionalProperties === 'object' && additionalProperties !== null)
    throw wrong(
      place.path,
      'is a record with names of its own; make it a list of objects with a name and a value',
    )
  if (place.depth === deepest) throw wrong(place.path, `is nested deeper than ${deepest} objects`)
  const needed = Array.isArray(required) ? (required as unknown[]) : []
  const read = Object.entries(objectOf(properties)).map(([name, value]) => {
    const inner = strict(objectOf(value), { ...at(place, `.${name}`), depth: place.depth + 1 })
    return [name, needed.includes(name) || allowsNull(inner) ? inner : orNull(inner)] as const
  })
  if (read.length === 0) throw wrong(place.path, 'has no properties')
  return exactly(Object.fromEntries(read))
}

function arrayIn({ items, prefixItems }: JsonSchema, place: Place): JsonSchema {
  if (prefixItems !== undefined || typeof items !== 'object' || items === null)
    throw wrong(place.path, 'is a list whose items are not all alike; give it one schema for its items')
  return listOf(strict(objectOf(items), at(place, '[]')))
}

function followed(ref: string, place: Place): [JsonSchema, Place] {
  if (place.through.includes(ref))
    throw wrong(place.path, 'holds itself; write out as many levels as are needed')
  const [, group = '', name = ''] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(ref) ?? []
  const target = objectOf(place.root[group])[name]
  if (target === undefined)
    throw wrong(place.path, `refers to ${JSON.stringify(ref)}, which is not among its $defs`)
  return [objectOf(target), { ...place, through: [...place.through, ref] }]
}

function allowsNull({ type, anyOf, enum: values }: JsonSchema): boolean {
  const choices = Array.isArray(anyOf) ? (anyOf as JsonSchema[]) : []
  const named = Array.isArray(type) ? (type as unknown[]) : [type]
  return (
    named.includes('null') || (Array.isArray(values) && values.includes(null)) || choices.some(allowsNull)
  )
}

function at(place: Place, step: string): Place {
  return { ...place, path: place.path + step }
}

function objectOf(value: unknown): JsonSchema {
  return typeof value === 'object' && value !== null ? (value as JsonSchema) : {}
}

function wrong(path: string, what: string): Error {
  return invalid(owner, `cannot ask for ${path}: it ${what}`)
}
