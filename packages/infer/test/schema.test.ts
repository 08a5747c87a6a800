import { ModelScript, scriptedModel } from '@agentmem/conformance'
import type { ExtractedFact, JsonSchema } from '@agentmem/core/adapter'
import { openModelExtractor } from '@agentmem/infer'
import type { StandardJsonSchema } from '@agentmem/infer'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { decisionsSchema, factsSchema, insightsSchema } from '../src/schema/answer-schemas.ts'
import { CallerFields } from '../src/schema/caller-fields.ts'

/** What OpenAI takes as strict, of the keywords that endpoints agree on. */
const allowed = [
  'type',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'enum',
  'anyOf',
  'description',
]

function faultsOf(schema: JsonSchema, path = '$'): string[] {
  const faults = Object.keys(schema).flatMap(key => (allowed.includes(key) ? [] : [`${path}: ${key}`]))
  const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>
  if (schema['type'] === 'object') {
    if (String(schema['required']) !== String(Object.keys(properties))) faults.push(`${path}: required`)
    if (schema['additionalProperties'] !== false) faults.push(`${path}: additionalProperties`)
  }
  const inner = [
    ...Object.entries(properties),
    ...((schema['anyOf'] ?? []) as JsonSchema[]).entries(),
    ...(schema['items'] ? [['items', schema['items'] as JsonSchema] as const] : []),
  ]
  return [...faults, ...inner.flatMap(([name, part]) => faultsOf(part, `${path}.${name}`))]
}

const mood = z.object({
  mood: z.enum(['good', 'bad']).describe('How they feel'),
  since: z.iso.date().optional(),
  score: z.number().int().min(1).max(5).nullable(),
  places: z.array(z.object({ name: z.string().min(1).max(80), visits: z.number().default(1) })),
  either: z.union([z.string().regex(/^a/), z.boolean()]).optional(),
  kind: z.literal('mood'),
})

describe('a schema', () => {
  test.each([
    ['facts', factsSchema(['semantic'], undefined)],
    ["facts with the caller's fields", factsSchema(['semantic'], new CallerFields(mood).schema)],
    ['decisions', decisionsSchema],
    ['insights', insightsSchema],
  ])('of %s is strict: all required, nothing else, no limits', (_, schema) => {
    expect(faultsOf(schema)).toEqual([])
  })

  test('of the caller has null for what may be left out, and its descriptions', () => {
    expect(new CallerFields(mood).schema).toEqual({
      type: 'object',
      properties: {
        mood: { type: 'string', enum: ['good', 'bad'], description: 'How they feel' },
        since: { type: ['string', 'null'] },
        score: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
        places: {
          type: 'array',
          items: {
            type: 'object',
            properties: { name: { type: 'string' }, visits: { type: ['number', 'null'] } },
            required: ['name', 'visits'],
            additionalProperties: false,
          },
        },
        either: { anyOf: [{ anyOf: [{ type: 'string' }, { type: 'boolean' }] }, { type: 'null' }] },
        kind: { type: 'string', enum: ['mood'] },
      },
      required: ['mood', 'since', 'score', 'places', 'either', 'kind'],
      additionalProperties: false,
    })
  })

  const bySpecification = (inner: object): StandardJsonSchema => ({
    '~standard': {
      version: 1,
      vendor: 'own',
      jsonSchema: { input: () => ({ type: 'object', properties: { inner } }) },
    },
  })
  const loop: z.ZodType = z.object({
    get next() {
      return loop.optional()
    },
  })
  test.each([
    ['no object', z.string(), /schema: it is no object/],
    ['a record', z.object({ by: z.record(z.string(), z.number()) }), /schema\.by: it is a record/],
    ['anything', z.object({ list: z.array(z.unknown()) }), /schema\.list\[\]: it may be anything/],
    ['a tuple', z.object({ pair: z.tuple([z.string(), z.number()]) }), /schema\.pair: it is a list whose/],
    ['no property', z.object({}), /schema: it has no properties/],
    ['itself', z.object({ loop }), /schema\.loop.*: it holds itself/],
    ['all of several', bySpecification({ allOf: [{ type: 'string' }] }), /allOf/],
  ])('with %s is refused, with its place', (_, schema, message) => {
    const model = scriptedModel(new ModelScript())
    expect(() => openModelExtractor({ model, schema })).toThrow(message)
  })
})

describe('fields of a fact', () => {
  const right = { mood: 'good', score: null, places: [{ name: 'Oslo', visits: null }], kind: 'mood' }
  const fieldsOf = async (fields: unknown): Promise<ExtractedFact['fields']> => {
    const script = new ModelScript().when('', { says: { facts: [{ text: 'a', sources: [0], fields }] } })
    const extractor = openModelExtractor({ model: scriptedModel(script), schema: mood })
    const [outcome] = await extractor.extract([
      { context: [], messages: [{ n: 0, text: 'a', role: 'user', actorId: null, at: 0 }] },
    ])
    return outcome && 'facts' in outcome ? outcome.facts[0]?.fields : undefined
  }

  test('come without what was left open', async () => {
    expect(await fieldsOf({ ...right, since: null, either: null })).toEqual({
      mood: 'good',
      score: null,
      places: [{ name: 'Oslo' }],
      kind: 'mood',
    })
  })

  test.each([
    ['a value that is not allowed', { ...right, mood: 'splendid' }],
    ['a text that is too long', { ...right, places: [{ name: 'x'.repeat(81) }] }],
    ['a property missing', { mood: 'good' }],
    ['a list in their place', [right]],
    ['nothing', null],
  ])('with %s are left out', async (_, fields) => {
    expect(await fieldsOf(fields)).toBeUndefined()
  })
})
