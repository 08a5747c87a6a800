import { describe, expect, test } from 'vitest'

import { nameOf } from '../measured/cell.ts'
import { UsageError } from '../run/command-options.ts'
import { parseBenchCommand } from '../run/parse-bench-command.ts'
import { estimateSeconds, planCells } from '../run/plan-cells.ts'

const parse = (line: string) => parseBenchCommand(line.split(' ').filter(part => part !== ''))

describe('the command line', () => {
  test('measures everything in 5 rounds when nothing is said', () => {
    const { settings } = parse('')
    expect(settings.stores).toEqual(['sqlite', 'postgres', 'mysql', 'libsql', 'pglite', 'memory'])
    expect(settings.indexes).toEqual(['exact', 'hnsw', 'lancedb', 'pgvector', 'sqlite-vec', 'usearch'])
    expect(settings.embedders).toEqual(['hash'])
    expect(settings.sizes).toEqual([10, 50, 100, 200, 500, 1_000])
    expect(settings.rounds).toBe(5)
  })

  test('takes filters, each name once, sizes in order', () => {
    const { settings, json, html } = parse(
      '--stores memory,sqlite,memory --indexes exact --sizes 100,10 --rounds 2 --json a.json --html a.html',
    )
    expect(settings).toMatchObject({
      stores: ['memory', 'sqlite'],
      indexes: ['exact'],
      sizes: [10, 100],
      rounds: 2,
    })
    expect({ json, html }).toEqual({ json: 'a.json', html: 'a.html' })
  })

  test('takes scenarios without their option', () => {
    expect(parse('search event-loop').settings.scenarios).toEqual(['search', 'event-loop'])
  })

  test.each([
    ['--store sqlite', /no option --store; did you mean --stores\?/],
    ['--stores sqlit', /'sqlit'; did you mean sqlite\?/],
    ['--indexes qdrant', /'qdrant'\. It knows exact, hnsw/],
    ['serch', /'serch'; did you mean search\?/],
    ['--rounds 0', /--rounds takes a whole number from 1 to 100, not '0'/],
    ['--rounds 1,2', /--rounds takes a whole number from 1 to 100, not '1,2'/],
    ['--sizes ten', /--sizes takes a whole number from 1 to 100000, not 'ten'/],
    ['--json', /json/],
  ])('refuses %s and says what is meant', (line, message) => {
    expect(() => parse(line)).toThrow(UsageError)
    expect(() => parse(line)).toThrow(message)
  })
})

describe('the plan', () => {
  test('has a process for each combination and round of the add scenario', () => {
    const cells = planCells(parse('add --stores sqlite,memory --indexes exact,hnsw --rounds 3').settings)
    expect(cells).toHaveLength(2 * 2 * 3)
    expect(new Set(cells.map(nameOf)).size).toBe(cells.length)
  })

  test('goes through every other round in reverse', () => {
    const cells = planCells(parse('add --stores sqlite,memory --indexes exact --rounds 2').settings)
    expect(cells.map(({ combination, round }) => `${combination.store} ${round}`)).toEqual([
      'sqlite 0',
      'memory 0',
      'memory 1',
      'sqlite 1',
    ])
  })

  test('varies one part at a time where a scenario is dear', () => {
    const cells = planCells(
      parse('concurrency --stores sqlite,memory --indexes exact,hnsw --rounds 1').settings,
    )
    expect(cells.map(({ combination: { store, index } }) => `${store} ${index}`)).toEqual([
      'sqlite exact',
      'sqlite hnsw',
      'memory hnsw',
    ])
  })

  test('measures a second embedder with the base parts alone', () => {
    const cells = planCells(
      parse('add --stores sqlite,memory --indexes exact,hnsw --embedders hash,fastembed --rounds 1').settings,
    )
    const second = cells.filter(({ combination }) => combination.embedder === 'fastembed')
    expect(second.map(({ combination: { store, index } }) => `${store} ${index}`)).toEqual(['sqlite hnsw'])
  })

  test('says about how long it takes', () => {
    const { settings } = parse('add --stores sqlite --indexes exact --rounds 2')
    const [one] = planCells(settings)
    expect(estimateSeconds(planCells(settings))).toBe(2 * estimateSeconds(one ? [one] : []))
    expect(estimateSeconds([])).toBe(0)
  })
})
