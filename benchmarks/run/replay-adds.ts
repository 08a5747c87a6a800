import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { HandWrittenSqlite } from '../floors/hand-written-sqlite.ts'
import { median } from '../measured/statistics.ts'
import { openWithVectors } from '../opening/open-with-vectors.ts'
import { allAtOnce, asBatch, asFloor, asPseudoBatch, oneByOne } from '../scenarios/add.ts'
import type { AddStrategy } from '../scenarios/add.ts'
import { sampleTexts } from '../scenarios/sample-texts.ts'

export const sizes = [10, 100, 1_000] as const

export interface AddResult {
  readonly strategy: string
  readonly note: string
  readonly size: number
  /** Milliseconds until all are acknowledged, and so durable and found by the next search; the median. */
  readonly acknowledgedMs: number
  /** Milliseconds until all are in the index as well; undefined where there is no index. The median. */
  readonly indexedMs: number | undefined
}

interface Contender extends AddStrategy {
  readonly flush: (() => Promise<void>) | undefined
}

/**
 * Adds 10, 100 and 1,000 fresh texts by every strategy, in turn within each round, and the order reversed from
 * round to round, so that what the machine does meanwhile falls on all alike.
 */
export async function replayAdds(
  rounds: number,
  onProgress: (done: number, of: number) => void,
): Promise<AddResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmem-'))
  const [plain, loose] = [join(folder, 'plain'), join(folder, 'loose')]
  const handWritten = new HandWrittenSqlite(folder)
  const memory = await openWithVectors(plain)
  const uncoalesced = await openWithVectors(loose, { cache: false, coalesce: false })
  const flush = (): Promise<void> => memory.flush()
  const contenders: Contender[] = [
    { ...oneByOne(memory), flush },
    { ...asPseudoBatch(handWritten), flush: undefined },
    {
      ...allAtOnce(
        uncoalesced,
        'adds, not coalesced',
        'Promise.all; for each text an embed call and one transaction',
      ),
      flush: () => uncoalesced.flush(),
    },
    { ...allAtOnce(memory, 'adds, coalesced', 'Promise.all(add())'), flush },
    { ...asBatch(memory), flush },
    { ...asFloor(handWritten), note: 'better-sqlite3 by hand', flush: undefined },
  ]
  const samples = new Map<string, { acknowledged: number[]; indexed: number[] }>()
  let next = 0
  let done = 0
  for (let round = 0; round <= rounds; round++) {
    const order = round % 2 === 0 ? contenders : contenders.toReversed()
    for (const size of sizes) {
      for (const { name, add, flush } of order) {
        const texts = sampleTexts(next, size)
        next += size
        const start = performance.now()
        await add(texts)
        const acknowledged = performance.now() - start
        await flush?.()
        const indexed = performance.now() - start
        onProgress(++done, (rounds + 1) * sizes.length * contenders.length)
        // The first round warms up code, caches and files.
        if (round === 0) continue
        const key = `${name} ${size}`
        const sample = samples.get(key) ?? { acknowledged: [], indexed: [] }
        sample.acknowledged.push(acknowledged)
        sample.indexed.push(indexed)
        samples.set(key, sample)
      }
    }
  }
  await Promise.all([memory.close(), uncoalesced.close()])
  handWritten.close()
  await rm(folder, { recursive: true })
  return contenders.flatMap(({ name, note, flush }) =>
    sizes.map(size => {
      const sample = samples.get(`${name} ${size}`)
      const acknowledgedMs = median(sample?.acknowledged ?? [])
      return { strategy: name, note, size, acknowledgedMs, indexedMs: flush && median(sample?.indexed ?? []) }
    }),
  )
}
