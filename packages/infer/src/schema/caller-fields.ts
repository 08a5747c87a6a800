import { MemoryError } from '@agentmem/core/adapter'
import type { JsonSchema, Metadata } from '@agentmem/core/adapter'
import type { StandardJsonSchema } from './standard-schema.ts'
import { strictSchema } from './strict-schema.ts'

/** Fields of a fact that the caller has a schema for. */
export class CallerFields {
  /** What a model is asked for. */
  readonly schema: JsonSchema
  readonly #given: StandardJsonSchema
  readonly #form: JsonSchema

  constructor(given: StandardJsonSchema) {
    this.#given = given
    this.#form = formOf(given)
    this.schema = strictSchema(this.#form)
  }

  /** The fields, without those that a model left at null; undefined for what the caller's schema does not allow. */
  async read(value: unknown): Promise<Metadata | undefined> {
    const fields = withoutNulls(value, this.#form, this.#form)
    const validate = this.#given['~standard'].validate
    try {
      const { issues } = validate ? await validate.call(this.#given['~standard'], fields) : {}
      return issues ? undefined : (fields as Metadata)
    } catch {
      // A check that fails by itself has not said that the fields are right.
      return undefined
    }
  }
}

function formOf(given: StandardJsonSchema): JsonSchema {
  try {
    return given['~standard'].jsonSchema.input({ target: 'draft-2020-12' })
  } catch (error) {
    throw new MemoryError('INVALID_ARGUMENT', 'openModelExtractor cannot make a JSON Schema of its schema.', {
      cause: error,
    })
  }
}

/** Takes out the nulls that stand for what may be left out. */
function withoutNulls(value: unknown, schema: JsonSchema, root: JsonSchema): unknown {
  const form = resolved(schema, root)
  if (Array.isArray(value))
    return value.map(item => withoutNulls(item, (form['items'] ?? {}) as JsonSchema, root))
  if (typeof value !== 'object' || value === null) return value
  const properties = (form['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>
  const required = (form['required'] ?? []) as readonly string[]
  const kept = Object.entries(value).filter(([name, inner]) => inner !== null || required.includes(name))
  return Object.fromEntries(
    kept.map(([name, inner]) => {
      const own = Object.hasOwn(properties, name) ? properties[name] : undefined
      return [name, withoutNulls(inner, own ?? {}, root)]
    }),
  )
}

function resolved(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const [, group = '', name = ''] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(String(schema['$ref'])) ?? []
  const target = (Object(root[group]) as Readonly<Record<string, JsonSchema>>)[name]
  return target ?? schema
}
