import type { CellRow } from '../measured/cell.ts'
import { allAtOnce, asBatch, asFloor, asPseudoBatch, oneByOne } from './add.ts'
import type { AddStrategy } from './add.ts'
import type { Opened, Scenario, Workbench } from './workbench.ts'

interface Contender extends AddStrategy {
  /** Undefined for what is written by hand: it has no index and counts nothing. */
  readonly opened: Opened | undefined
  /** How often a size is repeated in one process. */
  readonly repeats: (size: number) => number
}

interface Samples {
  readonly acknowledged: number[]
  readonly calls: number[]
  failures: number
}

const once = (): number => 1
/** Calls that are over soon are made more often, so that a size has at least three samples a round. */
const several = (size: number): number => Math.min(30, Math.max(3, Math.round(300 / size)))

/** Adds fresh texts in batches of every size, by every strategy in turn. */
export const adds: Scenario = {
  about:
    'Fresh texts are added by four strategies and by the hand-written floor, in turn; each is timed until all are acknowledged, and those of one size and strategy together until all are in the index.',
  extent: 'all',
  seconds: () => 9,
  run: async bench => {
    const opened = await bench.open()
    const floor = await bench.openFloor()
    const contenders: Contender[] = [
      { ...oneByOne(opened.memory), opened, repeats: once },
      { ...allAtOnce(opened.memory, 'adds, coalesced', 'Promise.all(add())'), opened, repeats: once },
      { ...asBatch(opened.memory), opened, repeats: several },
    ]
    if (floor) {
      contenders.unshift({ ...asPseudoBatch(floor), opened: undefined, repeats: once })
      contenders.push({ ...asFloor(floor), opened: undefined, repeats: several })
    }
    if (bench.round % 2 === 1) contenders.reverse()
    await warmUp(bench, contenders)
    const rows: CellRow[] = []
    for (const size of bench.sizes) {
      for (const contender of contenders) rows.push(await measure(bench, contender, size))
    }
    const bytes = await storedBytes(bench, opened)
    await opened.memory.close()
    await floor?.close()
    return bytes ? [...rows, bytes] : rows
  },
}

/**
 * Code is compiled, files and pages are there: what a process pays once is not a batch's. V8 takes some dozens of
 * calls to compile what a small batch runs; before, one of 10 takes twice as long.
 */
async function warmUp(bench: Workbench, contenders: readonly Contender[]): Promise<void> {
  const sizes = [...Array.from({ length: 50 }, () => 10), 100, 200]
  for (const size of bench.quick ? [5] : sizes) {
    for (const { add } of contenders) await add(bench.freshTexts(size))
  }
  for (const { opened } of contenders) await opened?.memory.flush()
}

async function measure(bench: Workbench, contender: Contender, size: number): Promise<CellRow> {
  const { name, opened } = contender
  const samples: Samples = { acknowledged: [], calls: [], failures: 0 }
  const counted = opened && (await countOf(opened))
  let facts: Readonly<Record<string, number>> | undefined
  const repeats = contender.repeats(size)
  const start = performance.now()
  for (let i = 0; i < repeats; i++) {
    await addOnce(contender, bench.freshTexts(size), samples)
    if (counted) facts ??= await spentSince(opened, counted)
  }
  // The index works on meanwhile, and has the rest to do when the last is acknowledged.
  await opened?.memory.flush()
  const indexed = performance.now() - start
  const { acknowledged, calls, failures } = samples
  return {
    what: name,
    size,
    samples: {
      'acknowledged ms': acknowledged,
      'acknowledged/s': acknowledged.map(ms => (size / ms) * 1_000),
      ...(opened && failures === 0 && { 'indexed/s': [((repeats * size) / indexed) * 1_000] }),
    },
    calls,
    failures,
    facts,
  }
}

async function addOnce({ add }: Contender, texts: readonly string[], samples: Samples): Promise<void> {
  let failed = 0
  const start = performance.now()
  await add(texts, async call => {
    const from = performance.now()
    try {
      return await call()
    } catch (error) {
      failed++
      throw error
    } finally {
      samples.calls.push(performance.now() - from)
    }
  }).catch((error: unknown) => {
    if (failed === 0) throw error
  })
  const acknowledged = performance.now() - start
  samples.failures += failed
  if (failed === 0) samples.acknowledged.push(acknowledged)
}

type Counts = Readonly<Record<'statements' | 'transactions' | 'round trips' | 'embed calls', number>>

/** The counters of the store stand still while they are read; asking for the cache's makes the store work. */
async function countOf({ memory, store }: Opened): Promise<Counts> {
  const { embedder } = await memory.stats()
  return { ...storeCounts(store), 'embed calls': embedder['calls'] ?? 0 }
}

async function spentSince({ memory, store }: Opened, before: Counts): Promise<Counts> {
  const after = storeCounts(store)
  const { embedder } = await memory.stats()
  return {
    statements: after.statements - before.statements,
    transactions: after.transactions - before.transactions,
    'round trips': after['round trips'] - before['round trips'],
    'embed calls': (embedder['calls'] ?? 0) - before['embed calls'],
  }
}

function storeCounts({ counters }: Opened['store']): Omit<Counts, 'embed calls'> {
  const { statements, transactions, roundTrips } = counters
  return { statements, transactions, 'round trips': roundTrips }
}

async function storedBytes(bench: Workbench, { memory, store }: Opened): Promise<CellRow | undefined> {
  await memory.optimize()
  const bytes = await bench.bytesOnDisk()
  if (bytes === undefined) return undefined
  const { memories } = await store.stats()
  return {
    what: 'size on disk',
    size: memories,
    samples: { 'bytes/memory': [bytes / memories] },
    failures: 0,
  }
}
