import { deepEqual, equal, ok } from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { HashEmbedder, Memory } from '@agentmem/core'
import type { Store, VectorIndex } from '@agentmem/core'
import { casesOf } from './case.ts'
import type { Case } from './case.ts'
import { assertInStep } from './in-step.ts'

/** A memory on disk that processes write until they are killed. */
export interface KilledMemory {
  /**
   * Starts a process that opens it, with a HashEmbedder, and calls `writeUntilKilled` from the batch `first` on. Its
   * standard output is a pipe.
   */
  readonly start: (first: number) => ChildProcess
  /** As it is given to `writeUntilKilled`. */
  readonly batchSize: number
  /** The kill comes at a random moment of so many milliseconds after the process has opened it. */
  readonly withinMs: number
  /** Opens its parts in this process. `close` ends what lies under them, such as a database that is in this process. */
  readonly open: () => Promise<{ store: Store; index: VectorIndex; close?: () => Promise<void> }>
}

/** A case for a durable index on disk, beside `indexCases` and registered like them. It takes some seconds a kill. */
export function killCases(kills: number): readonly Case<KilledMemory>[] {
  return casesOf<KilledMemory>('kills', {
    [`${kills} at random moments lose no acknowledged batch, and the index is right after opening`]:
      async killed => {
        const acknowledged: number[] = []
        let next = 0
        for (let kill = 0; kill < kills; kill++) {
          const batches = await acknowledgedBy(killed.start(next), Math.random() * killed.withinMs)
          acknowledged.push(...batches)
          // A batch that was under way may have been committed without having been acknowledged.
          next = Math.max(next, (batches.at(-1) ?? next - 1) + 2)
          await assertWhole(killed, acknowledged)
        }
        // On a busy machine some are killed before they have acknowledged anything.
        ok(acknowledged.length > kills / 4, `only ${acknowledged.length} batches in ${kills} kills`)
      },
  })
}

/** Kills the process some time after it has opened its memory, and returns the batches it acknowledged. */
async function acknowledgedBy(child: ChildProcess, afterMs: number): Promise<number[]> {
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    if (output === '') setTimeout(() => child.kill('SIGKILL'), afterMs)
    output += text
  })
  const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  equal(signal, 'SIGKILL', `the writer ended by itself after: ${output}`)
  // The last line may have been cut short by the kill; it was not acknowledged to anyone.
  return output.split('\n').slice(1, -1).map(Number)
}

/** Fails unless each acknowledged batch is there, none is there in part, and the index agrees with the Store. */
async function assertWhole(
  { open, batchSize }: KilledMemory,
  acknowledged: readonly number[],
): Promise<void> {
  const { store, index, close } = await open()
  try {
    if (index.supports.transactional) await assertInStep(store, index)
    const embedder = new HashEmbedder({ dimensions: index.dimensions })
    await using memory = await Memory.open({ store, index, embedder })
    const items = new Map<unknown, number>()
    for await (const { metadata } of memory.list({ userId: 'ana' })) {
      items.set(metadata['batch'], (items.get(metadata['batch']) ?? 0) + 1)
    }
    const lost = acknowledged.filter(batch => items.get(batch) !== batchSize)
    deepEqual(lost, [], 'batches that were acknowledged and are lost')
    const inPart = [...items].filter(([, count]) => count !== batchSize)
    deepEqual(inPart, [], 'batches in part')
    equal((await memory.verify()).ok, true)
  } finally {
    await close?.()
  }
}
