import { HashEmbedder, Memory } from '@agentmem/core'
import type { VectorIndex } from '@agentmem/core'
import { openSqliteStore } from '@agentmem/sqlite'
import { openSqliteVecIndex } from '@agentmem/sqlite-vec'
import { join } from 'node:path'

import { formatNumber } from '../../measured/format-number.ts'
import { median } from '../../measured/statistics.ts'
import { makePlace } from '../../opening/own-place.ts'
import { sampleTexts } from '../../scenarios/sample-texts.ts'
import { formatTable } from '../../terminal/format-table.ts'
import { idleIndex } from './idle-index.ts'
import { dimensions, inTurn } from './subject.ts'
import type { Subject } from './subject.ts'

const size = 1_000
const scope = { userId: 'user' }

export interface AddSettings {
  readonly rounds: number
  /** Batches of 1,000 in a row that a round takes the time of. */
  readonly batches: number
  /** Changes given to the index at a time; undefined: the Memory's default. */
  readonly flushSize: number | undefined
}

/** A figure of each round, in memories a second. */
interface Rates {
  readonly acknowledged: number[]
  readonly indexed: number[]
}

/** Batches on SQLite, with each index and with none, in turn. */
export async function measureAdds(subjects: readonly Subject[], settings: AddSettings): Promise<string> {
  const none: Subject = {
    name: 'no index',
    makePlace: () => makePlace([], {}),
    open: async () => idleIndex(dimensions),
  }
  const all = [none, ...subjects.flatMap(subject => [subject, ...joined(subject)])]
  const rates = new Map<string, Rates>(all.map(({ name }) => [name, { acknowledged: [], indexed: [] }]))
  // The first round warms up code and files.
  for (let round = 0; round <= settings.rounds; round++) {
    for (const subject of inTurn(all, round)) {
      const { acknowledged, indexed } = await addBatches(subject, settings)
      if (round === 0) continue
      rates.get(subject.name)?.acknowledged.push(acknowledged)
      rates.get(subject.name)?.indexed.push(indexed)
    }
  }
  const base = rates.get(none.name)?.acknowledged ?? []
  const rows = [...rates].map(([name, { acknowledged, indexed }]) => {
    const shares = acknowledged.map((rate, round) => rate / (base[round] ?? Number.NaN))
    const waits = indexed.map(rate => (size * settings.batches) / rate)
    return [
      name,
      formatNumber(median(acknowledged)),
      median(shares).toFixed(2),
      `${Math.min(...shares).toFixed(2)} to ${Math.max(...shares).toFixed(2)}`,
      ...(name === none.name ? ['-', '-'] : [median(waits).toFixed(1), formatNumber(median(indexed))]),
    ]
  })
  const headings = ['index', 'acknowledged/s', 'of no index', 'rounds', 'indexed after s', 'indexed/s']
  return (
    `addBatch(${size}) on SQLite, ${settings.batches} in a row, medians of ${settings.rounds} rounds in turn\n` +
    formatTable(headings, rows)
  )
}

/** sqlite-vec can be written in the transactions of an SQLite Store as well. */
function joined(subject: Subject): Subject[] {
  return subject.name === 'sqlite-vec' ? [{ ...subject, name: 'sqlite-vec in transactions' }] : []
}

async function addBatches(
  subject: Subject,
  { batches, flushSize }: AddSettings,
): Promise<{ acknowledged: number; indexed: number }> {
  const place = await subject.makePlace()
  try {
    const store = await openSqliteStore({ path: join(place.folder, 'memories.db') })
    const index: VectorIndex = subject.name.endsWith('in transactions')
      ? await openSqliteVecIndex({ store, dimensions })
      : await subject.open(place)
    const embedder = new HashEmbedder({ dimensions })
    const memory = await Memory.open({ store, index, embedder, follower: { flushSize } })
    // Tables and files are made with the first writes.
    await memory.addBatch(sampleTexts(900_000, size), scope)
    await memory.flush()
    const texts = Array.from({ length: batches }, (_, i) => sampleTexts(size * i, size))
    const rate = (since: number): number => (size * batches * 1_000) / (performance.now() - since)
    const start = performance.now()
    for (const batch of texts) await memory.addBatch(batch, scope)
    const acknowledged = rate(start)
    await memory.flush()
    const indexed = rate(start)
    await memory.close()
    return { acknowledged, indexed }
  } finally {
    await place.remove()
  }
}
