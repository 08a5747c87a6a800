import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openHnswIndex } from '@agentmem/hnsw'
import type { ServerName } from '@agentmem/testcontainers'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { expect, test } from 'vitest'

import type { Combination } from '../measured/cell.ts'
import { embedders, indexes, stores } from '../opening/backends.ts'
import type { Place } from '../opening/place.ts'
import { spawnCell } from '../run/spawn-cell.ts'
import { scenarios } from '../scenarios/all-scenarios.ts'

const timeout = 180_000
const required = (process.env['AGENTMEM_REQUIRE'] ?? '').split(',').includes('hnsw')

/** hnswlib-node is compiled where there is a compiler. */
async function whyNotOpened(): Promise<string | undefined> {
  try {
    const index = await openHnswIndex({ dimensions: 8 })
    await index.close()
    return undefined
  } catch (error) {
    return String(error)
  }
}

/** One quick cell in a process of its own: everything that a full run does, in small. */
async function expectRows(scenario: string, parts: Partial<Combination>, urls: Place['urls']): Promise<void> {
  const combination = { store: 'sqlite', index: 'exact', embedder: 'hash', ...parts }
  const sizes = scenarios[scenario]?.quickMemories?.slice(0, 1) ?? [5, 20]
  const spec = { scenario, combination, sizes, round: 0, quick: true }
  const answer = await spawnCell({ measure: spec, serverUrls: urls }, timeout)
  expect(answer).toHaveProperty('measured')
  if (!('measured' in answer)) return
  expect(answer.measured.rows.length).toBeGreaterThan(0)
  for (const { what, samples, failures } of answer.measured.rows) {
    expect({ what, failures }).toEqual({ what, failures: 0 })
    for (const values of Object.values(samples)) {
      expect(values.length).toBeGreaterThan(0)
      expect(values.every(value => Number.isFinite(value))).toBe(true)
    }
  }
}

for (const [store, { server }] of Object.entries(stores)) {
  if (server === undefined) {
    test(`the store ${store} is measured`, { timeout }, () => expectRows('add', { store }, {}))
  } else {
    describeWithServer(server as ServerName, `the store ${store}`, started => {
      test('is measured', { timeout }, () => expectRows('add', { store }, { [server]: started().url }))
    })
  }
}

for (const index of Object.keys(indexes)) {
  test(`the index ${index} is measured`, { timeout }, async context => {
    const missing = index === 'hnsw' && !required ? await whyNotOpened() : undefined
    context.skip(missing !== undefined, missing)
    await expectRows('search', { index }, {})
  })
}

for (const embedder of Object.keys(embedders)) {
  test(`the embedder ${embedder} is measured`, { timeout }, () => expectRows('add', { embedder }, {}))
}

for (const scenario of Object.keys(scenarios)) {
  test(`the scenario ${scenario} runs`, { timeout }, () => expectRows(scenario, { index: 'usearch' }, {}))
}

test('no temporary files are left, also not by a process that was stopped', { timeout }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-smoke-'))
  const before = process.env['TMPDIR']
  process.env['TMPDIR'] = folder
  try {
    const combination = { store: 'sqlite', index: 'exact', embedder: 'hash' }
    const spec = { scenario: 'add', combination, sizes: [1_000], round: 0, quick: false }
    await spawnCell({ measure: spec, serverUrls: {} }, 1_500)
    expect(await readdir(folder)).toEqual([])
  } finally {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
    await rm(folder, { recursive: true })
  }
})

test('a process that fails, dies or hangs is an answer that says so', { timeout }, async () => {
  const combination = { store: 'sqlite', index: 'exact', embedder: 'hash' }
  const spec = { scenario: 'none', combination, sizes: [1], round: 0, quick: true }
  const failed = await spawnCell({ measure: spec, serverUrls: {} }, timeout)
  expect(failed).toMatchObject({ error: expect.stringContaining("no scenario 'none'") as string })
  const hung = await spawnCell({ measure: { ...spec, scenario: 'add' }, serverUrls: {} }, 1)
  expect(hung).toEqual({ error: 'No answer within 0.001 s; stopped.' })
})
