import { ModelScript, scriptedModel } from '@agentmem/conformance'
import { openModelExtractor } from '@agentmem/infer'
import type { ModelExtractorOptions } from '@agentmem/infer'
import { expect, test } from 'vitest'

const topic = { name: 'diet', description: 'what someone eats' }

test.each<[string, object, RegExp]>([
  ['no model', { model: undefined }, /has model: undefined; give a language model, such as/],
  ['a model that is none', { model: { ask: 1 } }, /give a language model/],
  ['empty instructions', { instructions: ' ' }, /has instructions: " "; give a text of 1 to 20000/],
  ['long instructions', { instructions: 'x'.repeat(20_001) }, /give a text of 1 to 20000/],
  ['no topics', { topics: [] }, /has topics: .*; give 1 to 12 of/],
  ['13 topics', { topics: Array.from({ length: 13 }, (_, n) => ({ ...topic, name: `t${n}` })) }, /1 to 12/],
  ['a topic twice', { topics: [topic, topic] }, /is there once/],
  ['a topic with a space', { topics: [{ ...topic, name: 'two words' }] }, /a-z, A-Z, 0-9/],
  [
    'a topic that is a type of ours',
    { topics: [{ ...topic, name: 'message' }] },
    /neither message nor insight/,
  ],
  ['a topic without a description', { topics: [{ name: 'diet' }] }, /\{ name, description \}/],
  ['a schema that is none', { schema: { type: 'object' } }, /Standard JSON Schema/],
  ['a language that is none', { language: 'the English one' }, /a language as a tag, such as 'en'/],
  ['an unknown prompt', { prompts: { merge: 'Merge.' } }, /texts for extract, decide, consolidate/],
  ['an empty prompt', { prompts: { decide: '' } }, /each of 1 to 20000/],
  [
    'both',
    { instructions: 'Figs.', prompts: { extract: 'Find.' } },
    /both instructions and prompts\.extract/,
  ],
  ['an unknown option', { temperature: 0 }, /has no option 'temperature'; there are model, instructions/],
])('%s: INVALID_ARGUMENT says what is wrong, and what to give', (_, options, message) => {
  const given = { model: scriptedModel(new ModelScript()), ...options } as ModelExtractorOptions
  expect(() => openModelExtractor(given)).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(message) as string }),
  )
})

test('closing the extractor closes its model', async () => {
  const model = scriptedModel(new ModelScript())
  await openModelExtractor({ model }).close()
  await expect(model.generate([])).rejects.toMatchObject({ code: 'CLOSED' })
})
