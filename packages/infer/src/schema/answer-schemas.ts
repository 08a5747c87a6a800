import type { JsonSchema } from '@agentmem/core/adapter'

/** An object of which each property is there, and no other: what OpenAI takes as strict. */
export function exactly(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
}

export function orNull(schema: JsonSchema): JsonSchema {
  const { type, enum: values } = schema
  if (typeof type !== 'string' || values !== undefined) return { anyOf: [schema, { type: 'null' }] }
  return { ...schema, type: [type, 'null'] }
}

export function listOf(items: JsonSchema): JsonSchema {
  return { type: 'array', items }
}

const text = { type: 'string' }
const place = { type: 'integer' }

/** The facts of a window; `fields` is the schema of the caller's own. */
export function factsSchema(types: readonly string[], fields: JsonSchema | undefined): JsonSchema {
  return exactly({
    facts: listOf(
      exactly({
        text,
        sources: listOf(place),
        type: { type: 'string', enum: types },
        when: orNull(exactly({ from: orNull(text), to: orNull(text) })),
        importance: { type: 'integer', enum: [1, 2, 3, 4, 5] },
        entities: listOf(text),
        relations: listOf(exactly({ subject: text, predicate: text, object: text })),
        ...(fields && { fields }),
      }),
    ),
  })
}

const why = { type: 'string', enum: ['changed', 'detail', 'wrong'] }

/** What becomes of new facts beside stored ones. */
export const decisionsSchema: JsonSchema = exactly({
  decisions: listOf(
    exactly({ fact: place, same: listOf(place), replaces: listOf(exactly({ k: place, why })) }),
  ),
})

/** What clusters of facts say together. */
export const insightsSchema: JsonSchema = exactly({
  insights: listOf(exactly({ cluster: place, sources: listOf(place), text })),
})
