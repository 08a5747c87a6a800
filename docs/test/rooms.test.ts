import { describe, expect, test } from 'vitest'
import { circlesIn, importsIn, roomOf } from './imports.ts'

/** Which rooms the files of a room may import, beside those of their own. */
type Rooms = Readonly<Record<string, readonly string[]>>

/** Arrows run one way: a room imports rooms above it and no others. '' are the files in no room, which may import all. */
const houses: Readonly<Record<string, Rooms>> = {
  'packages/core/src': {
    contracts: [],
    signals: ['contracts'],
    text: ['contracts'],
    dates: ['contracts', 'text'],
    'text-index': ['contracts', 'text', 'dates'],
    vectors: ['contracts'],
    'adapter-kit': ['contracts'],
    'embedding-cache': ['contracts', 'vectors'],
    checks: ['contracts', 'vectors'],
    follower: ['contracts', 'signals', 'vectors', 'adapter-kit'],
    guards: ['contracts', 'signals', 'checks'],
    reference: ['contracts', 'text', 'vectors', 'checks'],
    parts: ['contracts', 'text-index', 'embedding-cache', 'checks', 'follower', 'guards'],
    write: ['contracts', 'signals', 'checks', 'parts'],
    read: ['contracts', 'signals', 'text-index', 'vectors', 'adapter-kit', 'checks', 'parts'],
    reembed: ['contracts', 'checks', 'follower', 'guards', 'parts'],
    infer: ['contracts', 'text', 'vectors', 'checks', 'follower', 'parts', 'write'],
    consolidate: ['contracts', 'text', 'vectors', 'checks', 'follower', 'parts', 'write', 'infer'],
    transfer: ['contracts', 'vectors', 'checks', 'parts', 'write', 'infer'],
    addresses: ['contracts', 'adapter-kit', 'checks', 'reference'],
  },
  'packages/sql/src': {
    database: [],
    log: ['database'],
    transactions: ['database', 'log'],
    calls: ['database', 'log'],
  },
  'packages/sqlite/src': { file: [], flavor: ['file'] },
  'packages/openai/src': {
    endpoint: [],
    embedder: ['endpoint'],
    reranker: ['endpoint'],
    model: ['endpoint'],
  },
  'packages/infer/src': {
    schema: [],
    answers: [],
    options: ['schema'],
    prompts: ['schema', 'options'],
    extractor: ['schema', 'answers', 'prompts'],
    reranker: ['answers', 'options', 'prompts'],
  },
  'packages/fastembed/src': { options: [], models: ['options'], process: ['models'] },
  'packages/conformance/src': {
    kit: [],
    data: [],
    environment: [],
    tenants: ['kit'],
    store: ['kit', 'data', 'tenants'],
    'vector-index': ['kit', 'data', 'tenants'],
    embedder: ['kit', 'data'],
    reranker: ['kit', 'data'],
    model: ['kit', 'data'],
    extractor: ['kit'],
    processes: ['kit', 'data', 'environment'],
    'folder-index': ['kit', 'data', 'processes'],
  },
  benchmarks: {
    measured: [],
    floors: [],
    inference: [],
    machine: ['measured'],
    terminal: ['measured'],
    retrieval: ['measured'],
    report: ['measured'],
    opening: ['measured', 'floors'],
    torture: ['opening'],
    scenarios: ['measured', 'floors', 'inference'],
    peers: ['measured', 'opening', 'scenarios', 'inference'],
    run: ['measured', 'floors', 'machine', 'retrieval', 'report', 'opening', 'scenarios', 'peers'],
    answers: ['measured', 'inference', 'terminal', 'retrieval', 'opening', 'run'],
    figures: ['measured', 'floors', 'terminal', 'opening', 'scenarios'],
    test: [
      'measured',
      'inference',
      'machine',
      'terminal',
      'retrieval',
      'report',
      'opening',
      'torture',
      'scenarios',
      'peers',
      'run',
      'answers',
    ],
  },
}

/** Types alone, the options and answers of every call: the rooms from `parts` on may import them. */
const shared: Readonly<Record<string, readonly string[]>> = {
  'memory-api.ts': ['parts', 'write', 'read', 'reembed', 'transfer'],
  'consolidate-api.ts': ['consolidate'],
  'expire-api.ts': ['write'],
  'infer-api.ts': ['infer'],
  'process-api.ts': ['read'],
  'read-api.ts': ['read'],
  'search-api.ts': ['read'],
  'transfer-api.ts': ['transfer'],
  'upkeep-api.ts': ['reembed'],
}

describe.each(Object.entries(houses))('%s', (folder, rooms) => {
  const imports = importsIn(folder)
  const names = Object.keys(rooms)

  test('has files that import one another', () => {
    expect([...imports.values()].flat().length).toBeGreaterThan(imports.size)
  })

  test('has no file in a room that is not in the table, and no room without files', () => {
    const found = new Set([...imports.keys()].map(roomOf).filter(room => room !== ''))
    expect([...found].toSorted()).toEqual(names.toSorted())
  })

  test('has arrows between rooms that run one way', () => {
    const back = Object.entries(rooms).flatMap(([room, targets]) =>
      targets
        .filter(target => names.indexOf(target) >= names.indexOf(room))
        .map(target => `${room} > ${target}`),
    )
    expect(back).toEqual([])
  })

  test('has no import that the table does not allow', () => {
    const isAllowed = (file: string, target: string): boolean => {
      const [from, to] = [roomOf(file), roomOf(target)]
      if (from === '' || from === to) return true
      return to === '' ? (shared[target]?.includes(from) ?? false) : (rooms[from]?.includes(to) ?? false)
    }
    const wrong = [...imports].flatMap(([file, targets]) =>
      targets.filter(target => !isAllowed(file, target)).map(target => `${file} > ${target}`),
    )
    expect(wrong).toEqual([])
  })

  test('has no circle of files', () => {
    expect(circlesIn(imports)).toEqual([])
  })
})

test('a circle is found, whatever leads to it', () => {
  const imports = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', []],
    ['d', ['b']],
  ])
  expect(circlesIn(imports)).toEqual(['b > d > b'])
})
