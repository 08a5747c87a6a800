import { equal, ok } from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { assertInStep } from '../data/assert-in-step.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { memoryOf } from './left-memory.ts'
import type { LeftMemory } from './left-memory.ts'
import { assertBatchesWhole } from './numbered-batch.ts'

/** A memory on disk that processes write until they are killed. */
export interface KilledMemory {
  /**
   * Starts a process that writes batches from `first` on: `writeBatches`, or a script of your own that opens the
   * memory, with a HashEmbedder, and calls `writeUntilKilled`. Its standard output is a pipe.
   */
  readonly start: (first: number) => ChildProcess
  /** Memories in a batch, as the process writes them. */
  readonly batchSize: number
  /** The kill comes after a random time of at most this many milliseconds, counted from the opening. */
  readonly withinMs: number
  /**
   * The time is counted from an acknowledged batch instead, a random one of the first `afterAtMost`. A busy machine
   * gets there late, but it gets there. Default: from the opening, so that some processes are killed before they have
   * acknowledged anything.
   */
  readonly afterAtMost?: number
  /** Opens what the process has left, in this process. */
  readonly open: () => Promise<LeftMemory>
}

/**
 * A case for a durable index on disk, beside `indexCases` and registered like them. A kill takes some seconds. Default
 * number of kills: the environment variable `AGENTMEM_KILLS`, or 5.
 */
export function killCases(
  kills: number = Number(process.env['AGENTMEM_KILLS'] ?? 5),
): readonly Case<KilledMemory>[] {
  return casesOf<KilledMemory>('kills', {
    [`${kills} at random moments lose no acknowledged batch, and the index is right after opening`]:
      async killed => {
        const acknowledged: number[] = []
        let kept = 0
        let next = 0
        for (let kill = 0; kill < kills; kill++) {
          const batches = await acknowledgedBy(killed.start(next), killed)
          acknowledged.push(...batches)
          // A batch in flight may have been committed without having been acknowledged.
          next = Math.max(next, (batches.at(-1) ?? next - 1) + 2)
          if (await assertRight(killed, acknowledged)) kept++
        }
        // On a busy machine some are killed before they have acknowledged anything.
        const least = killed.afterAtMost ? kills : kills / 4
        ok(acknowledged.length > least, `only ${acknowledged.length} batches in ${kills} kills`)
        ok(kept > kills / 4, `only ${kept} of ${kills} openings found something in the index`)
      },
  })
}

/** Kills the process at a random moment after the opening, and returns the batches that it acknowledged. */
async function acknowledgedBy(
  child: ChildProcess,
  { withinMs, afterAtMost = 0 }: KilledMemory,
): Promise<number[]> {
  const after = Math.ceil(Math.random() * afterAtMost)
  let output = ''
  let isDue = false
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text
    // The first line says that the memory is open.
    if (isDue || output.split('\n').length - 2 < after) return
    isDue = true
    setTimeout(() => child.kill('SIGKILL'), Math.random() * withinMs)
  })
  const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  equal(signal, 'SIGKILL', `the writer ended by itself after: ${output}`)
  // The kill may have cut the last line short; nobody has read it.
  return output.split('\n').slice(1, -1).map(Number)
}

/**
 * Fails unless the batches are as they were acknowledged, and the index agrees with the Store. Resolves to whether the
 * index held something before the memory was opened; true where the index cannot be asked.
 */
async function assertRight(
  { open, batchSize }: KilledMemory,
  acknowledged: readonly number[],
): Promise<boolean> {
  const left = await open()
  try {
    const isKept = !('index' in left) || (await left.index.cursor()) > 0
    if ('index' in left && left.index.supports.transactional) await assertInStep(left.store, left.index)
    // The lease of the killed process is soon taken over.
    await using memory = await memoryOf(left, { leaseMs: 200 })
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
