import { describe, expect, test } from 'vitest'

import { embedderOf, embedderSchemes } from '../opening/backends.ts'
import { UsageError } from '../run/command-options.ts'
import { parseRecallCommand } from '../run/parse-recall-command.ts'

const files = '--memories m.jsonl --questions q.jsonl'
const parse = (line: string) => parseRecallCommand(`${files} ${line}`.split(' ').filter(part => part !== ''))

describe('the command line of bench:recall', () => {
  test('stores turns in sqlite and sqlite-vec and asks in all modes when nothing is said', () => {
    expect(parse('')).toEqual({
      files: { memories: 'm.jsonl', questions: 'q.jsonl' },
      combinations: [{ store: 'sqlite', index: 'sqlite-vec', embedder: 'hash' }],
      rerankers: [],
      modes: ['text', 'vector', 'hybrid'],
      shapes: ['turns'],
      ablate: false,
      rank: false,
      facts: false,
      json: undefined,
      save: false,
    })
  })

  test('combines stores, indexes and embedders, with models behind a colon', () => {
    const { combinations, rerankers } = parse(
      '--stores memory,sqlite --indexes exact --embedders hash,fastembed:bge-small-en-v1.5 --rerankers http:rank:1',
    )
    expect(combinations.map(combination => Object.values(combination).join(' '))).toEqual([
      'memory exact hash',
      'memory exact fastembed:bge-small-en-v1.5',
      'sqlite exact hash',
      'sqlite exact fastembed:bge-small-en-v1.5',
    ])
    expect(rerankers).toEqual(['http:rank:1'])
  })

  test('adds rows for other shapes, in one order', () => {
    expect(parse('--no-runs --strip-names --shuffle --as sessions,turns').shapes).toEqual([
      'turns',
      'sessions',
      'shuffled runs',
      'names as actors',
      'no names',
      'no runs',
    ])
    expect(parse('--as rounds --ablate').shapes).toEqual(['rounds'])
    expect(parse('--rank --facts')).toMatchObject({ rank: true, facts: true, ablate: false })
  })

  test('needs its two files, but for help', () => {
    expect(() => parseRecallCommand(['--memories', 'm.jsonl'])).toThrow(
      '--memories and --questions are needed',
    )
    expect(parseRecallCommand(['--help']).files).toBeUndefined()
  })

  test.each([
    ['--mode text', /no option --mode; did you mean --modes\?/],
    ['--embedder hash', /no option --embedder; did you mean --embedders\?/],
    ['--modes words', /--modes does not know 'words'/],
    ['--as turn', /'turn'; did you mean turns\?/],
    ['--embedders fastembd:x', /'fastembd'; did you mean fastembed\?/],
    ['--embedders openai', /'openai' needs a model: openai:NAME/],
    ['--embedders hash:384', /'hash:384' takes no model/],
    ['--rerankers hash', /--rerankers does not know 'hash'/],
    ['text', /positional/],
  ])('refuses %s and says what is meant', (line, message) => {
    expect(() => parse(line)).toThrow(UsageError)
    expect(() => parse(line)).toThrow(message)
  })
})

describe('an embedder with a model', () => {
  test('is any package that has a manifest', () => {
    expect(embedderSchemes).toEqual(expect.arrayContaining(['hash', 'fastembed', 'openai']))
    expect(embedderOf('openai:some-model')).toBeDefined()
  })

  test('is none for a package that there is not, and for core’s own', () => {
    expect(embedderOf('other:some-model')).toBeUndefined()
    expect(embedderOf('hash:some-model')).toBeUndefined()
  })

  test('needs a model where no row names one', () => {
    expect(embedderOf('openai')).toBeUndefined()
  })
})
