import { ModelScript, modelServer, registerCases, rerankerCases, scriptedModel } from '@agentmem/conformance'
import type { ScriptedAnswer } from '@agentmem/conformance'
import { MapStore, Memory } from '@agentmem/core'
import type { LanguageModel, ModelRequest, Reranker } from '@agentmem/core/adapter'
import { llmReranker } from '@agentmem/infer'
import { openOpenAIModel } from '@agentmem/openai'
import { describe, expect, it, onTestFinished, test } from 'vitest'

/** A model that grades by the words that a text shares with the query: the cases need one that reads. */
function gradingModel(): { readonly model: LanguageModel; readonly breakBackend: () => Promise<void> } {
  const inner = scriptedModel(new ModelScript())
  const wordsIn = (text: string): Set<string> => new Set(text.toLowerCase().match(/\p{L}+/gu) ?? [])
  let isBroken = false
  const answer = ({ user }: ModelRequest): string => {
    if (isBroken) throw new Error('broken')
    const { query, texts } = JSON.parse(user) as { query: string; texts: { n: number; text: string }[] }
    const asked = wordsIn(query)
    const grades = texts.flatMap(({ n, text }) => {
      const words = wordsIn(text)
      const shared = [...asked].filter(word => words.has(word)).length
      return shared === 0 ? [] : [{ n, grade: Math.round((100 * shared) / asked.size) }]
    })
    return JSON.stringify({ grades: grades.toReversed() })
  }
  const model: LanguageModel = {
    model: 'words',
    supports: inner.supports,
    counters: inner.counters,
    countTokens: text => inner.countTokens(text),
    generate: async requests =>
      requests.map(request => ({ text: answer(request), finish: 'stop', usage: { input: 1, output: 1 } })),
    close: () => inner.close(),
    [Symbol.asyncDispose]: () => inner.close(),
  }
  const breakBackend = async (): Promise<void> => void (isBroken = true)
  return { model, breakBackend }
}

describe('a reranker on a language model', () => {
  registerCases(describe, it, rerankerCases, async () => {
    const { model, breakBackend } = gradingModel()
    const part = llmReranker({ model })
    return { part, breakBackend, teardown: () => part.close() }
  })
})

const texts = ['Ana likes figs', 'Ben plays chess', 'Ana eats figs in Porto']
const grading = (...grades: readonly unknown[]): ScriptedAnswer => ({ says: { grades } })
const opened = (script: ModelScript): Reranker => llmReranker({ model: scriptedModel(script) })

test('asks once for all texts, the same one once, and grades of 100 become scores of 1', async () => {
  const script = new ModelScript().when('', grading({ n: 2, grade: 100 }, { n: 0, grade: 55 }))
  const scores = await opened(script).rerank('figs in Porto?', [...texts, 'Ana likes figs'])
  expect(scores).toEqual([0.55, 0, 1, 0.55])
  const [{ user, schema } = { user: '', schema: {} }] = script.requests
  expect(JSON.parse(user)).toEqual({
    query: 'figs in Porto?',
    texts: texts.map((text, n) => ({ n, text })),
  })
  expect(schema).toMatchObject({ required: ['grades'], additionalProperties: false })
  script.assertPlayed()
})

test('grades of unknown texts, out of range or given twice are passed over', async () => {
  const wrong = [
    { n: 9, grade: 90 },
    { n: '1', grade: 80 },
    { n: 1, grade: 101 },
    { n: 2, grade: -1 },
  ]
  const script = new ModelScript().when('', grading(...wrong, { n: 0, grade: 40 }, { n: 0, grade: 100 }))
  expect(await opened(script).rerank('figs?', texts)).toEqual([0.4, 0, 0])
})

test('nothing to do with the query is 0 for all, which keeps their order', async () => {
  expect(await opened(new ModelScript().when('', grading())).rerank('boats?', texts)).toEqual([0, 0, 0])
})

test.each<[string, ScriptedAnswer, string, RegExp]>([
  ['that is no JSON', { says: 'The third one.' }, 'MODEL_ANSWER', /no JSON object with a list "grades"/],
  ['with another list', { says: { ranking: [2, 0] } }, 'MODEL_ANSWER', /no JSON object with a list "grades"/],
  ['of numbers', grading(2, 0, 1), 'MODEL_ANSWER', /grades none of the texts/],
  ['about other texts', grading({ n: 7, grade: 90 }), 'MODEL_ANSWER', /grades none of the texts/],
  ['that is cut off', { says: '{"grades":[{"n":2', finish: 'length' }, 'MODEL_ANSWER', /cut off/],
  ['that is refused', { finish: 'refused' }, 'MODEL_ANSWER', /refused/],
  ['that failed', { fails: 503 }, 'UNAVAILABLE', /503/],
])('an answer %s keeps the order of a search, and the memory says so', async (_, answer, code, reason) => {
  const script = new ModelScript()
  const server = await modelServer(script)
  const model = await openOpenAIModel({ model: 'm', baseUrl: server.baseUrl, maxRetries: 0 })
  const errors: unknown[] = []
  const plain = await Memory.open({ store: new MapStore() })
  const memory = await Memory.open({
    store: new MapStore(),
    reranker: llmReranker({ model }),
    onBackgroundError: error => errors.push(error),
  })
  onTestFinished(async () => {
    await Promise.all([memory.close(), plain.close()])
    await server[Symbol.asyncDispose]()
  })
  const said = texts.map((content, n) => ({ content, createdAt: n * 1_000 }))
  for (const each of [plain, memory]) await each.addBatch(said, { userId: 'ana' })
  const unranked = await plain.search('figs in Porto', { userId: 'ana' })

  script.when('', answer)
  const { results, partial } = await memory.search('figs in Porto', { userId: 'ana' })
  expect(results.map(({ memory: text }) => text)).toEqual(unranked.results.map(({ memory: text }) => text))
  expect(partial).toEqual(['rerank'])
  expect(errors).toMatchObject([{ code, message: expect.stringMatching(reason) as string }])

  script.when('', grading({ n: results.length - 1, grade: 90 }))
  const better = await memory.search('figs in Porto', { userId: 'ana' })
  expect(better.results[0]?.memory).toBe(unranked.results.at(-1)?.memory)
  expect(better.partial).toBeUndefined()
})

test.each<[string, object, RegExp]>([
  ['no model', { model: {} }, /llmReranker has model: .*; give a language model/],
  ['no texts in a call', { batchSize: 0 }, /batchSize: 0; give a whole number from 1 to 1000/],
  ['texts of no length', { maxTextLength: 1 }, /maxTextLength: 1; give a whole number from 100/],
])('%s: INVALID_ARGUMENT', (_, options, message) => {
  const given = { model: scriptedModel(new ModelScript()), ...options } as Parameters<typeof llmReranker>[0]
  expect(() => llmReranker(given)).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(message) as string }),
  )
})
