import { deepEqual, equal } from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import type { Memory, MemoryTenants } from '@agentmem/core'
import { ana, inputsOf, organizations, saidOf, sharedIds, texts } from './organizations.ts'

const modes = ['text', 'vector', 'hybrid'] as const

/** Adds the same to every organization at once, and finds in each what is its own. */
export async function addTheSame(tenants: MemoryTenants): Promise<void> {
  const added = await Promise.all(organizations.map(org => tenants.org(org).addBatch(inputsOf(org), ana)))
  for (const { results } of added) {
    deepEqual(
      results.map(({ id, event }) => [id, event]),
      sharedIds.map(id => [id, 'ADD']),
    )
  }
}

/** Fails unless an organization has exactly these of the shared memories, by whatever call it is asked. */
export async function assertHas(memory: Memory, ids: readonly string[] = sharedIds): Promise<void> {
  const { orgId: org } = memory.bound
  const own = inputsOf(org).filter(({ id }) => ids.includes(id))
  const expected = own.map(({ id, content }) => [id, content, org, 1])
  const { results } = await memory.getAll({ ...ana, order: { by: 'createdAt', direction: 'asc' } })
  deepEqual(results.map(saidOf), expected, `getAll of ${org}`)
  const got = await memory.getBatch(sharedIds)
  deepEqual(
    got.flatMap(item => (item ? [saidOf(item)] : [])),
    expected,
    `getBatch of ${org}`,
  )
  equal(await memory.count(ana), expected.length)
  for (const mode of modes) {
    for (const text of texts) {
      const found = await memory.search(text, { ...ana, mode, topK: 10, expand: 1 })
      const items = found.results.flatMap(({ neighbours = [], ...item }) => [item, ...neighbours])
      for (const item of items) equal(item.metadata['org'], org, `${mode} search of ${org}`)
      const [best] = found.results
      const target = own.find(({ content }) => content === text)
      if (target) equal(best?.id, target.id, `${mode} search of ${org} for '${text}'`)
      if (mode === 'vector') equal(found.results.length, own.length, `${mode} search of ${org}`)
    }
  }
}

/** The events of a memory's history, and the ids that its entries name. */
export async function pastOf(memory: Memory, id: string): Promise<(string | null)[][]> {
  const entries = await memory.history(id)
  return entries.map(({ event, memoryId, successorId }) => [event, memoryId, successorId])
}

/** What has changed in an organization, id by id. */
export async function changesOf(memory: Memory): Promise<Record<string, string>> {
  const changes: Record<string, string> = {}
  for await (const { id, event } of memory.changes()) changes[id] = event
  return changes
}

/** The text of an export. */
export async function exportOf(memory: Memory): Promise<string> {
  const chunks: Buffer[] = []
  const target = new PassThrough()
  target.on('data', (chunk: Buffer) => chunks.push(chunk))
  await memory.exportTo(target, { history: true })
  return Buffer.concat(chunks).toString()
}

/** What an export says, line by line, but whose it is. */
export function linesOf(text: string): unknown[] {
  const lines = text.trimEnd().split('\n')
  return lines.map(line => ({ ...(JSON.parse(line) as object), orgId: undefined }))
}
