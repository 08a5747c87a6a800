import { ModelScript, scriptedModel } from '@agentmem/conformance'
import type { Extractor, JsonSchema, LanguageModel, MessageWindow } from '@agentmem/core/adapter'
import { openModelExtractor } from '@agentmem/infer'
import type { ModelExtractorOptions } from '@agentmem/infer'
import { encode } from 'gpt-tokenizer/encoding/o200k_base'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

const at = Date.UTC(2026, 2, 10, 9, 5)
const window: MessageWindow = {
  context: [],
  messages: [{ n: 0, text: 'I like figs', role: 'user', actorId: 'Ana', at }],
}
const shown = { text: 'Ana likes figs', said: at, from: null }

/** What a model is asked, task by task. */
async function asked(options: Partial<ModelExtractorOptions> = {}) {
  const script = new ModelScript().when('', {}, {}, {})
  const extractor = openModelExtractor({ model: scriptedModel(script), ...options })
  await extractor.extract([window])
  await extractor.decide([{ cases: [{ n: 0, fact: shown, stored: [shown] }] }])
  await extractor.consolidate?.([{ clusters: [{ n: 0, facts: [shown, shown] }] }])
  const [extract, decide, consolidate] = script.requests
  if (!extract || !decide || !consolidate) throw new Error('not all was asked')
  return { extract, decide, consolidate, extractor }
}

const named = (options: Partial<ModelExtractorOptions> = {}): Extractor =>
  openModelExtractor({ model: scriptedModel(new ModelScript()), ...options })

const diet = { name: 'diet', description: 'what someone eats or must not eat' }

describe('the instructions', () => {
  test('and the schema of a call take fewer than 1,500 tokens', async () => {
    const { extract, decide, consolidate } = await asked()
    for (const { system, schema } of [extract, decide, consolidate])
      expect(encode(system).length + encode(JSON.stringify(schema)).length).toBeLessThan(1_500)
  })

  test('have an example that fits its own schema', async () => {
    const { extract } = await asked()
    const example = JSON.parse(extract.system.split('\n').at(-1) ?? '') as { facts: object[] }
    const { items } = ((extract.schema as JsonSchema)['properties'] as { facts: { items: JsonSchema } }).facts
    for (const fact of example.facts) expect(Object.keys(fact)).toEqual(items['required'])
  })

  test("end with the caller's, in a section that says whose they are", async () => {
    const { extract, decide } = await asked({ instructions: 'Remember what guests eat.' })
    expect(extract.system).toMatch(/\nTHE OPERATOR\n.+\nRemember what guests eat\.$/)
    expect(decide.system).not.toContain('Remember what guests eat.')
  })

  test('name the language that was asked for', async () => {
    const { extract, consolidate } = await asked({ language: 'pt-br' })
    for (const { system } of [extract, consolidate])
      expect(system).toContain('in Brazilian Portuguese (pt-BR)')
    expect((await asked()).extract.system).toContain('never translate')
  })

  test('are those of the caller alone, where they are replaced', async () => {
    const { extract, decide, consolidate } = await asked({
      prompts: { extract: 'Find facts.', decide: 'Decide.' },
    })
    expect([extract.system, decide.system]).toEqual(['Find facts.', 'Decide.'])
    expect(consolidate.system).toContain('insights')
  })

  test('hold the schema in words for a model that does not enforce it', async () => {
    const model = scriptedModel(new ModelScript())
    const weak = new Proxy(model, {
      get: (target, key) => {
        if (key === 'supports') return { schema: 'hint', deferred: false }
        const value: unknown = Reflect.get(target, key, target)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    }) satisfies LanguageModel
    const systems: string[] = []
    const generate = model.generate.bind(model)
    model.generate = async (requests, options) => {
      systems.push(...requests.map(({ system }) => system))
      return generate(requests, options)
    }
    await openModelExtractor({ model: weak }).extract([window])
    expect(systems[0]).toMatch(/\nSCHEMA\n.+\n\{"type":"object","properties":\{"facts":/)
  })
})

describe('a window', () => {
  test('tells a time where it has moved on by half an hour, or to another day', async () => {
    const script = new ModelScript().when('', {})
    const extractor = openModelExtractor({ model: scriptedModel(script) })
    const minutes = [0, 10, 29, 30, 60, 60 * 15 - 10, 60 * 15]
    const messages = minutes.map((minute, n) => ({ ...window.messages[0], n, at: at + minute * 60_000 }))
    await extractor.extract([{ context: [], messages: messages as MessageWindow['messages'] }])
    const said = JSON.parse(script.requests[0]?.user ?? '') as { messages: { at?: string; n?: number }[] }
    expect(said.messages.map(entry => entry.at ?? entry.n)).toEqual([
      'Tue 2026-03-10 09:05',
      0,
      1,
      2,
      'Tue 2026-03-10 09:35',
      3,
      'Tue 2026-03-10 10:05',
      4,
      'Tue 2026-03-10 23:55',
      5,
      'Wed 2026-03-11 00:05',
      6,
    ])
  })

  test.each([
    ['user', 'Ana', 'user Ana'],
    ['assistant', null, 'assistant'],
    [null, 'Ana', 'Ana'],
    [null, null, 'user'],
  ])('names a writer of the role %s and the name %s', async (role, actorId, by) => {
    const script = new ModelScript().when('', {})
    const extractor = openModelExtractor({ model: scriptedModel(script) })
    await extractor.extract([{ context: [], messages: [{ n: 0, text: 'Hello', role, actorId, at }] }])
    expect(JSON.parse(script.requests[0]?.user ?? '')).toMatchObject({ messages: [{}, { by }] })
  })

  test('asks for no more than the context of the model has room for', async () => {
    const roomOf = async (contextTokens: number | undefined): Promise<number | undefined> => {
      const script = new ModelScript().when('', {})
      const model = { ...plain(scriptedModel(script)), contextTokens }
      await openModelExtractor({ model }).extract([window])
      return script.requests[0]?.maxOutputTokens
    }
    expect(await roomOf(undefined)).toBe(16_384)
    expect(await roomOf(1_000_000)).toBe(16_384)
    expect(await roomOf(8_000)).toBeLessThan(8_000)
    expect(await roomOf(8_000)).toBeGreaterThan(3_000)
    expect(await roomOf(100)).toBe(256)
  })
})

function plain(model: LanguageModel): LanguageModel {
  const { supports, counters } = model
  return {
    model: model.model,
    supports,
    counters,
    countTokens: text => model.countTokens(text),
    generate: (requests, options) => model.generate(requests, options),
    close: () => model.close(),
    [Symbol.asyncDispose]: () => model.close(),
  }
}

describe('the name', () => {
  test('is that of the model, the version, and a hash of all that is told', () => {
    const names = [
      {},
      { instructions: 'Remember figs.' },
      { language: 'en' },
      { topics: [diet] },
      { schema: z.object({ mood: z.string() }) },
      { prompts: { decide: 'Decide.' } },
    ].map(options => named(options).name)
    for (const name of names) expect(name).toMatch(/^scripted\/infer-1-[0-9a-f]{8}$/)
    expect(new Set(names).size).toBe(names.length)
    expect(named().name).toBe(named().name)
  })
})

describe('topics', () => {
  test('become the types of facts', async () => {
    const { extract, extractor } = await asked({ topics: [diet] })
    expect(JSON.stringify(extract.schema)).toContain('"enum":["diet"]')
    expect(extract.system).toContain('"diet": what someone eats or must not eat')
    expect(extract.system).not.toContain('episodic')
    expect(extractor.types).toEqual(['diet'])
  })
})
