import { describe, expect, test } from 'vitest'

import { parseAnswersCommand } from '../answers/parse-answers-command.ts'
import { UsageError } from '../run/command-options.ts'

const parse = (line: string, env = {}) =>
  parseAnswersCommand(
    `--data d --out o ${line}`.split(' ').filter(part => part !== ''),
    env,
  )

describe('the command line of bench:answers', () => {
  test('compares with three baselines, by two judges, when nothing is said', () => {
    expect(parse('')).toEqual({
      data: 'd',
      out: 'o',
      modes: ['none', 'full', 'bm25', 'text', 'vector', 'facts'],
      embedder: 'hash',
      topK: 20,
      answerModel: 'gpt-5-mini',
      memoryModel: 'gpt-5-mini',
      judges: [
        { prompt: 'lenient', model: 'gpt-5-mini' },
        { prompt: 'strict', model: 'gpt-5-mini' },
      ],
      baseUrl: undefined,
      judgeBaseUrl: undefined,
      parameters: {},
      maxOutputTokens: 4_096,
      concurrency: 4,
      limit: Infinity,
      conversations: Infinity,
      budget: { calls: Infinity, tokens: Infinity },
      dryRun: false,
      offline: false,
      json: undefined,
    })
  })

  test('takes a model for each task, and its address from the environment', () => {
    const env = { AGENTMEM_MODEL_URL: 'http://127.0.0.1:1/v1' }
    const line =
      '--answer-model a --memory-model m --judge-model j --second-judge-model k --judges strict,strict'
    expect(parse(line, env)).toMatchObject({
      answerModel: 'a',
      memoryModel: 'm',
      judges: [
        { prompt: 'strict', model: 'j' },
        { prompt: 'strict', model: 'k' },
      ],
      baseUrl: 'http://127.0.0.1:1/v1',
    })
    expect(parse('--base-url http://here/v1', env)).toMatchObject({ baseUrl: 'http://here/v1' })
  })

  test('takes bounds and parameters', () => {
    expect(
      parse('--budget-calls 5 --budget-tokens 6 --limit 7 --parameters {"temperature":0}'),
    ).toMatchObject({
      budget: { calls: 5, tokens: 6 },
      limit: 7,
      parameters: { temperature: 0 },
    })
  })

  test('needs a place to keep answers, but in a dry run; help needs nothing', () => {
    expect(() => parseAnswersCommand(['--data', 'd'], {})).toThrow('--out is needed: answers are paid for')
    expect(parseAnswersCommand(['--data', 'd', '--dry-run'], {})).toMatchObject({
      out: undefined,
      dryRun: true,
    })
    expect(() => parseAnswersCommand([], {})).toThrow('--data is needed')
    expect(parseAnswersCommand(['--help'], {})).toBeUndefined()
  })

  test.each([
    ['--mode none', /no option --mode; did you mean --modes\?/],
    ['--modes ful', /'ful'; did you mean full\?/],
    ['--limit 0', /--limit takes a whole number from 1 on, not '0'/],
    ['--top-k many', /--top-k takes a whole number/],
    ['--judges lax', /--judges does not know 'lax'/],
    ['--judges lenient,strict,strict', /--judges takes one or two/],
    ['--judges strict,strict', /are one judge/],
    ['--parameters [1]', /--parameters takes a JSON object/],
    ['--parameters {', /--parameters takes a JSON object/],
    ['--embedder openai', /--embedder takes one name, with a model where it needs one/],
    ['--embedder hash,fastembed', /--embedder takes one name/],
  ])('refuses %s and says what is meant', (line, message) => {
    expect(() => parse(line)).toThrow(UsageError)
    expect(() => parse(line)).toThrow(message)
  })
})
