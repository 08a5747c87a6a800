import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { ExactIndex } from '../../src/reference/exact-index.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { Memory } from '../../src/memory.ts'
import { exported } from '../kit/exported.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const orgs = ['acme', 'bolt'] as const
const words = ['tea', 'rain', 'Porto', 'train', 'soup', 'cello', 'When did the train leave?']
const users = ['ana', 'ben']
const modes = ['text', 'vector', 'hybrid'] as const

interface Step {
  readonly org: (typeof orgs)[number]
  readonly call: 'add' | 'addBatch' | 'update' | 'delete' | 'hide' | 'deleteAll' | 'search' | 'read'
  readonly user: string
  readonly n: number
  readonly content: string
  readonly dedupe: boolean
  readonly mode: (typeof modes)[number]
}

const steps = fc.array(
  fc.record<Step>({
    org: fc.constantFrom(...orgs),
    call: fc.constantFrom('add', 'addBatch', 'update', 'delete', 'hide', 'deleteAll', 'search', 'read'),
    user: fc.constantFrom(...users),
    n: fc.nat(3),
    content: fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }).map(some => some.join(' ')),
    dedupe: fc.boolean(),
    mode: fc.constantFrom(...modes),
  }),
  { maxLength: 40, size: 'max' },
)

/** What one step answers, whoever carries it out: both organizations use the same ids, and the clock stands. */
async function take(memory: Memory, { call, user, n, content, dedupe, mode }: Step): Promise<unknown> {
  const [userId, id] = [user, `m-${n}`]
  switch (call) {
    case 'add':
      return memory.add({ id, content, runId: 'r', actorId: user }, { userId, dedupe })
    case 'addBatch':
      return memory.addBatch(
        [content, `${content} soup`].map((text, i) => ({ id: `${id}-${i}`, content: text })),
        { userId, onTaken: dedupe ? 'replace' : 'keep', onError: 'report' },
      )
    case 'update':
      return memory.update(id, content)
    case 'delete':
      return memory.delete(id, { purgeHistory: dedupe })
    case 'hide':
      return dedupe ? memory.restore(id) : memory.delete(id, { soft: true })
    case 'deleteAll':
      return memory.deleteAll({ userId, runId: 'r' })
    case 'search':
      return memory.search(content, { userId, mode, topK: 5, expand: n % 3, explain: true })
    case 'read':
    default:
      return {
        all: await memory.getAll({ userId }),
        recent: await memory.recent({ userId, limit: 3 }),
        page: await memory.page({ userId, limit: 2 }),
        count: await memory.count({ userId }),
        scopes: await memory.scopes({ by: 'userId' }),
        history: (await memory.history(id)).map(entry => ({ ...entry, id: '' })),
        got: await memory.get(id),
        filtered: await memory.getAll({ userId, where: { id: { gte: id }, not: { id: { contains: '1' } } } }),
        changes: (await Array.fromAsync(memory.changes())).map(change => [change.id, change.event]),
      }
  }
}

// A Store dates what is deleted by the clock of the machine.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: 1_700_000_000_000 }))
afterEach(() => void vi.useRealTimers())

const answerOf = (memory: Memory, step: Step): Promise<unknown> =>
  take(memory, step).catch((error: unknown) => ({ refused: String(error) }))

test(
  'organizations of one Store answer as organizations of a Store each do',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (all, atOnce) => {
        const partsOf = () => {
          const embedder = new WordEmbedder()
          const index = new ExactIndex(embedder.dimensions)
          return { store: new MapStore(), index, embedder, now: () => 1_700_000_000_000 }
        }
        await using tenants = await Memory.openTenants(partsOf())
        await using acme = await Memory.open({ ...partsOf(), orgId: 'acme' })
        await using bolt = await Memory.open({ ...partsOf(), orgId: 'bolt' })
        const alone = { acme, bolt }
        // Both organizations may write at once, into one transaction; of one organization each step waits for the last.
        const rows = atOnce ? pairsOf(all) : all.map(step => [step])
        for (const row of rows) {
          const [together, apart] = await Promise.all([
            Promise.all(row.map(step => answerOf(tenants.org(step.org), step))),
            Promise.all(row.map(step => answerOf(alone[step.org], step))),
          ])
          expect(together).toEqual(apart)
        }
        for (const org of orgs) {
          expect(await exported(tenants.org(org))).toEqual(await exported(alone[org]))
        }
      }),
      { numRuns: 60 },
    )
  },
)

/** Steps of the two organizations beside each other. */
function pairsOf(all: readonly Step[]): Step[][] {
  const [acme, bolt] = orgs.map(org => all.filter(step => step.org === org)) as [Step[], Step[]]
  return Array.from({ length: Math.max(acme.length, bolt.length) }, (_, i) =>
    [acme[i], bolt[i]].filter(step => step !== undefined),
  )
}
