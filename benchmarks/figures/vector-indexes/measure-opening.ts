import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { HashEmbedder, Memory } from '@agentmem/core'
import type { VectorIndex } from '@agentmem/core'
import { openSqliteStore } from '@agentmem/sqlite'

import { formatNumber } from '../../measured/format-number.ts'
import { median } from '../../measured/statistics.ts'
import { formatTable } from '../../terminal/format-table.ts'
import { clusteredEntries } from './clustered-sample.ts'
import { idleIndex } from './idle-index.ts'
import { dimensions } from './subject.ts'
import type { Subject } from './subject.ts'

const openings = 3
const batchSize = 1_000

/** How long a Memory takes to open on what its index has kept, and to fill an empty index from the Store. */
export async function measureOpening(subjects: readonly Subject[], size: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmem-opening-'))
  const path = join(folder, 'memories.db')
  const open = async (index: VectorIndex): Promise<Memory> =>
    Memory.open({
      store: await openSqliteStore({ path }),
      index,
      embedder: new HashEmbedder({ dimensions }),
    })
  try {
    await fillStore(await open(idleIndex(dimensions)), size)
    const rows: string[][] = []
    for (const subject of subjects) {
      const place = await subject.makePlace()
      try {
        const empty = await subject.open(place)
        const start = performance.now()
        const first = await open(empty)
        await first.flush()
        const rebuiltMs = performance.now() - start
        // An index that lives in memory takes its snapshot now.
        await first.close()
        const closedMs = performance.now() - start - rebuiltMs
        const times: number[] = []
        for (let i = 0; i < openings; i++) {
          const opening = performance.now()
          const memory = await open(await subject.open(place))
          await memory.search('What did Priya leave at the harbour?', { userId: 'user-7', mode: 'vector' })
          times.push(performance.now() - opening)
          await memory.close()
        }
        const figures = [rebuiltMs, closedMs, median(times)].map(ms => (ms / 1_000).toFixed(2))
        rows.push([subject.name, formatNumber((size * 1_000) / rebuiltMs), ...figures])
      } finally {
        await place.remove()
      }
    }
    return (
      `opening with ${formatNumber(size)} memories on SQLite, until the first answer, median of ${openings}; ` +
      'rebuilt: an empty index filled from the Store\n' +
      formatTable(['index', 'rebuilt/s', 'rebuilt s', 'closed after s', 'opened in s'], rows)
    )
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function fillStore(memory: Memory, size: number): Promise<void> {
  const entries = clusteredEntries(size)
  for (let i = 0; i < size; i += batchSize) {
    const inputs = entries
      .slice(i, i + batchSize)
      .map(({ id, scope: { userId }, vector }) => ({ content: id, embedding: vector, userId }))
    await memory.addBatch(inputs)
  }
  await memory.close()
}
