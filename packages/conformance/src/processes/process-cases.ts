import { deepEqual, equal } from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Store } from '@agentmem/core/adapter'
import { keyOf, storedRecord } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { putBatches } from './work-on-store.ts'
import type { StoreTask } from './work-on-store.ts'

/** A database that several processes work on. It does not exist yet when a case begins. */
export interface StoreOfProcesses {
  /** Opens it in this process. */
  readonly open: () => Promise<Store>
  /**
   * Starts a process that works on it: `childStore`, or a `fork` of a script of your own that calls `workOnStore`.
   */
  readonly start: () => ChildProcess
}

const opening: StoreTask = { batches: 0, name: '' }

/** Cases for a Store that declares `supports.multiProcess`. Beside `storeCases`, and registered like them. */
export const processCases: readonly Case<StoreOfProcesses>[] = casesOf<StoreOfProcesses>('processes', {
  ...Object.fromEntries(
    [1, 2, 3].map(n => [`that open a new database at the same moment all find it made (${n})`, openAtOnce]),
  ),

  'that write at once lose nothing, and a reader of the log passes nothing over': async ({ open, start }) => {
    await using store = await open()
    const others = ['a', 'b', 'c'].map(name => follow(start(), { name, batches: 40 }))
    let writing = true
    const written = Promise.all([putBatches(store, 'd', 40), ...others.map(({ exit }) => exit)]).finally(
      () => (writing = false),
    )
    const seen = await idsInLogUntil(store, () => !writing)
    deepEqual((await written).slice(1), [0, 0, 0])
    const expected = ['a', 'b', 'c', 'd'].flatMap(name =>
      Array.from({ length: 400 }, (_, i) => `${name}-${Math.floor(i / 10)}-${i % 10}`),
    )
    deepEqual(seen.toSorted(), expected.toSorted())
    deepEqual((await idsIn(store)).toSorted(), expected.toSorted())
    equal((await store.head()).position, expected.length)
  },

  'one of which is killed leave every batch that was acknowledged, and none in part': async ({
    open,
    start,
  }) => {
    for (let round = 0; round < 5; round++) {
      const child = start()
      const { told, exit } = follow(child, { name: `r${round}`, batches: 100_000 }, count => {
        if (count === 20 + round * 7) child.kill('SIGKILL')
      })
      await exit
      await using store = await open()
      // Shows that its locks are free; and a server that is about to end what the process had begun does it before.
      await store.put([storedRecord(1, { id: `after-${round}` })])
      const ids = (await idsIn(store)).filter(id => id.startsWith(`r${round}-`))
      const sizes = new Map<number, number>()
      for (const batch of ids.map(id => Number(id.split('-')[1]))) {
        sizes.set(batch, (sizes.get(batch) ?? 0) + 1)
      }
      deepEqual(
        [...sizes].filter(([, size]) => size !== 10),
        [],
        'batches in part',
      )
      deepEqual(
        told.filter(batch => !sizes.has(batch)),
        [],
        'batches that were acknowledged and are lost',
      )
      const keys = ids.map(id => keyOf(storedRecord(1, { id })))
      deepEqual(new Set((await store.history(keys)).map(entries => entries.length)), new Set([1]))
      const logged = await idsInLogUntil(store, () => true)
      deepEqual(logged.filter(id => id.startsWith(`r${round}-`)).toSorted(), ids.toSorted())
    }
  },
})

async function openAtOnce({ start }: StoreOfProcesses): Promise<void> {
  const children = Array.from({ length: 4 }, start)
  // The task is what each waits for, so it goes out when the last is ready.
  const ready = Promise.all(children.map(child => once(child, 'message')))
  const followed = children.map(child => follow(child, opening, undefined, ready))
  deepEqual(await Promise.all(followed.map(({ exit }) => exit)), [0, 0, 0, 0])
  deepEqual(
    followed.map(({ told }) => told),
    [[0], [0], [0], [0]],
  )
}

/** Gives a process its task once it is ready, and gathers what it tells until it has ended. */
function follow(
  child: ChildProcess,
  task: StoreTask,
  onTold: (count: number) => void = () => undefined,
  ready: Promise<unknown> = once(child, 'message'),
): { readonly told: readonly number[]; readonly exit: Promise<unknown> } {
  const told: number[] = []
  child.on('message', message => {
    if (message !== 'ready') onTold(told.push(Number(message)))
  })
  // What it has told may come after its exit, but not after the end of the channel.
  const exit = Promise.all([once(child, 'exit'), once(child, 'disconnect')]).then(
    ([[code]]) => code as unknown,
  )
  void ready.then(() => child.send(task))
  return { told, exit }
}

async function idsIn(store: Store): Promise<string[]> {
  const pages = await Array.fromAsync(store.query({ scope: { orgId: 'acme' } }))
  return pages.flat().map(({ id }) => id)
}

/** Follows the log from its beginning until `isLast`, and reads what is left of it then. */
async function idsInLogUntil(store: Store, isLast: () => boolean): Promise<string[]> {
  const seen: string[] = []
  for (let after = 0; ;) {
    const last = isLast()
    const page = await store.changes({ after, limit: 50 })
    seen.push(...page.upserts.map(({ id }) => id))
    after = page.cursor
    if (page.done && last) return seen
    if (page.done) await new Promise(resolve => setTimeout(resolve, 2))
  }
}
