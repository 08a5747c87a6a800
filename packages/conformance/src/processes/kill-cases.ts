import { equal, ok } from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { HashEmbedder, Memory } from '@agentmem/core'
import type { Store, VectorIndex } from '@agentmem/core/adapter'
import { assertInStep } from '../data/assert-in-step.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertBatchesWhole } from './numbered-batch.ts'

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
  /**
   * The moment is after this many acknowledged batches at most, a random number from 1 on. A busy machine is slow, but
   * comes as far. Default: after the opening, so that some are killed before they have acknowledged anything.
   */
  readonly afterAtMost?: number
  /** Opens what the process has left, in this process. */
  readonly open: () => Promise<LeftMemory>
}

/**
 * The parts of a memory, or the memory where something else puts it together. `close` ends what lies under it, such as
 * a database that is in this process.
 */
export type LeftMemory = (
  | { readonly store: Store; readonly index: VectorIndex }
  | { readonly memory: Memory }
) & { readonly close?: () => Promise<void> }

/** A case for a durable index on disk, beside `indexCases` and registered like them. It takes some seconds a kill. */
export function killCases(kills: number): readonly Case<KilledMemory>[] {
  return casesOf<KilledMemory>('kills', {
    [`${kills} at random moments lose no acknowledged batch, and the index is right after opening`]:
      async killed => {
        const acknowledged: number[] = []
        let kept = 0
        let next = 0
        for (let kill = 0; kill < kills; kill++) {
          const batches = await acknowledgedBy(killed.start(next), killed)
          acknowledged.push(...batches)
          // A batch that was under way may have been committed without having been acknowledged.
          next = Math.max(next, (batches.at(-1) ?? next - 1) + 2)
          if (await assertRight(killed, acknowledged)) kept++
        }
        // On a busy machine some are killed before they have acknowledged anything.
        const least = killed.afterAtMost === undefined ? kills / 4 : kills
        ok(acknowledged.length > least, `only ${acknowledged.length} batches in ${kills} kills`)
        ok(kept > kills / 4, `only ${kept} of ${kills} openings found something in the index`)
      },
  })
}

/** Kills the process at some moment after it has opened its memory, and returns the batches it acknowledged. */
async function acknowledgedBy(
  child: ChildProcess,
  { withinMs, afterAtMost = 0 }: KilledMemory,
): Promise<number[]> {
  const after = Math.ceil(Math.random() * afterAtMost)
  let output = ''
  let isDue = false
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text
    // The first line says that it is open.
    if (isDue || output.split('\n').length - 2 < after) return
    isDue = true
    setTimeout(() => child.kill('SIGKILL'), Math.random() * withinMs)
  })
  const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  equal(signal, 'SIGKILL', `the writer ended by itself after: ${output}`)
  // The last line may have been cut short by the kill; it was not acknowledged to anyone.
  return output.split('\n').slice(1, -1).map(Number)
}

/**
 * Fails unless the batches are as they were acknowledged, and the index agrees with the Store. Resolves to whether the
 * index, where it can be asked, had something in it before the memory was opened.
 */
async function assertRight(
  { open, batchSize }: KilledMemory,
  acknowledged: readonly number[],
): Promise<boolean> {
  const left = await open()
  try {
    const isKept = !('index' in left) || (await left.index.cursor()) > 0
    if ('index' in left && left.index.supports.transactional) await assertInStep(left.store, left.index)
    await using memory = 'memory' in left ? left.memory : await openMemory(left)
    const count = await assertBatchesWhole(memory, acknowledged, batchSize)
    const { ok: isOk, checked, orphans } = await memory.verify()
    equal(isOk, true)
    equal(orphans, 0)
    equal(checked, count)
    return isKept
  } finally {
    await left.close?.()
  }
}

function openMemory({ store, index }: { store: Store; index: VectorIndex }): Promise<Memory> {
  const embedder = new HashEmbedder({ dimensions: index.dimensions })
  // The lease of the killed process is soon taken over.
  return Memory.open({ store, index, embedder, follower: { leaseMs: 200 } })
}
