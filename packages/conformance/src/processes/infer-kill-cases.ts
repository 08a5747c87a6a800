import { deepEqual, equal, ok } from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Memory, RuleExtractor } from '@agentmem/core'
import type { Store } from '@agentmem/core/adapter'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'

/** A Store that processes fill with messages, and make facts of these, until they are killed. */
export interface InferringStore {
  /** Starts such a process: `inferUntilKilled`. Its standard output is a pipe. */
  readonly start: (writer: string) => ChildProcess
  /** Opens the same data in this process. */
  readonly open: () => Promise<Store>
}

/** How much of it. */
export interface InferKills {
  /** Processes that are killed. Default: the environment variable `AGENTMEM_KILLS`, or 2. */
  readonly kills?: number
  /** How many of them work on one inbox at a time. Default 2; 1 for a Store of one process. */
  readonly workers?: number
}

/** Longer than messages are reserved for the process that added them. */
const reservedMs = 660_000
/** A kill comes this many milliseconds after a batch that was acknowledged, at most. */
const withinMs = 60

/** A case for a Store that is kept, registered like `processCases`. A kill takes some seconds. */
export function inferKillCases({
  kills = Number(process.env['AGENTMEM_KILLS'] ?? 2),
  workers = 2,
}: InferKills = {}): readonly Case<InferringStore>[] {
  return casesOf<InferringStore>('kills while facts are made', {
    [`${kills} at random moments, of ${workers} at a time on one inbox: each message is a memory, each fact is there once`]:
      async inferring => {
        const acknowledged: string[] = []
        for (let kill = 0; kill < kills; kill += workers) {
          const writers = Array.from({ length: workers }, (_, worker) => `k${kill + worker}`)
          const written = await Promise.all(
            writers.map(writer => acknowledgedBy(inferring.start(writer), writer)),
          )
          acknowledged.push(...written.flat())
          await assertWhole(inferring, acknowledged)
        }
        ok(acknowledged.length >= 3 * kills, `only ${acknowledged.length} messages in ${kills} kills`)
      },
  })
}

/** Kills the process at a random moment behind one of its first batches, and returns the messages that it acknowledged. */
async function acknowledgedBy(child: ChildProcess, writer: string): Promise<string[]> {
  const after = 1 + Math.ceil(Math.random() * 8)
  let output = ''
  let isDue = false
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text
    // The first line says that the memory is open.
    if (isDue || output.split('\n').length - 1 < after) return
    isDue = true
    setTimeout(() => child.kill('SIGKILL'), Math.random() * withinMs)
  })
  const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  equal(signal, 'SIGKILL', `the writer ended by itself after: ${output}`)
  const batches = output.split('\n').slice(1, -1)
  return batches.flatMap(n => [1, 2, 3].map(m => `I own item ${writer} ${n} ${m}.`))
}

/** Works off what is left, and fails unless every message has its fact, once. */
async function assertWhole({ open }: InferringStore, acknowledged: readonly string[]): Promise<void> {
  await using memory = await Memory.open({
    store: await open(),
    extractor: new RuleExtractor(),
    infer: { background: false },
    now: () => Date.now() + reservedMs,
  })
  equal((await memory.process()).failed.length, 0)
  const said = new Map<string, string>()
  const facts = new Map<string, string[]>()
  for await (const item of memory.list({ userId: 'ana' })) {
    if (item.origin === 'caller') said.set(item.memory, item.id)
    else facts.set(item.memory, [...(facts.get(item.memory) ?? []), ...(item.derivation?.sources ?? [])])
  }
  deepEqual(
    acknowledged.filter(text => !said.has(text)),
    [],
    'messages that were acknowledged and are lost',
  )
  deepEqual(
    [...facts].filter(([, sources]) => sources.length !== 1),
    [],
    'facts that are there twice',
  )
  deepEqual(
    new Map(Array.from(facts, ([text, [source]]) => [text, source])),
    said,
    'messages without their fact, or facts without their message',
  )
  const { infer } = await memory.stats()
  deepEqual([infer.waiting, infer.parked], [0, 0], 'what waits in the inbox')
}
