import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Memory } from '@agentmem/core'
import { serversOf } from '../../opening/backends.ts'
import { makePlace } from '../../opening/own-place.ts'
import { hearLines } from '../../opening/lines-of.ts'
import type { Torture } from '../fault.ts'
import type { InferTask } from '../infer-process.ts'
import { openInferring } from '../open-inferring.ts'
import type { Paid } from '../paid-extractor.ts'

interface Line extends Paid {
  readonly said?: readonly string[]
  readonly rest?: true
}

/** What is known of the messages of all processes, by their texts. */
class Books {
  readonly said: string[] = []
  readonly #paid = new Map<string, number>()
  /** How often the answer about a message was under way when a process was killed, and may be paid for again. */
  readonly #underWay = new Map<string, number>()
  #last: readonly string[] = []

  hear({ said = [], paid, handedIn = [], kept = [], rest }: Line): void {
    this.said.push(...said)
    for (const text of [...(paid ?? []), ...handedIn]) count(this.#paid, text)
    this.#last = paid ?? (rest ? [] : this.#last.filter(text => !kept.includes(text)))
  }

  killed(): void {
    for (const text of this.#last) count(this.#underWay, text)
    this.#last = []
  }

  /** The messages that were paid for again, though their answers had been written down. */
  paidTwice(): string[] {
    return [...this.#paid].flatMap(([text, times]) =>
      times > 1 + (this.#underWay.get(text) ?? 0) ? [text] : [],
    )
  }
}

function count(counts: Map<string, number>, text: string): void {
  counts.set(text, (counts.get(text) ?? 0) + 1)
}

/**
 * Kills a process that makes facts, in its calls and by deferred jobs, at random moments, and looks each time at what is left:
 * each message that was acknowledged is there and has its fact, once, and no answer was paid for twice but one that was under
 * way.
 */
export async function killInferring(torture: Torture, store: string, kills: number): Promise<void> {
  const { random, tally, urls, say } = torture
  const place = await makePlace(serversOf({ store, index: 'none' }), urls)
  const books = new Books()
  try {
    for (let kill = 0; kill < kills; kill++) {
      const task: InferTask = { store, place, name: `k${kill}`, seed: random.below(2 ** 31) }
      const node = ['--experimental-strip-types', '--no-warnings']
      const script = join(import.meta.dirname, '../infer-process.ts')
      const child = spawn(process.execPath, [...node, script, JSON.stringify(task)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      tally.add('processes')
      const [after, delay] = [1 + random.below(12), random.below(30)]
      let heard = 0
      const hearing = hearLines(child, text => {
        books.hear(JSON.parse(text) as Line)
        tally.add('inputs')
        if (++heard === after) setTimeout(() => child.kill('SIGKILL'), delay)
      })
      const [[code, signal]] = (await Promise.all([once(child, 'close'), hearing])) as [
        [number | null, string | null],
        void,
      ]
      if (signal === 'SIGKILL') tally.add('kills')
      else tally.wrong('untyped', `${store}: a process that makes facts ended with ${signal ?? code}`)
      books.killed()
      // What waits is worked on now and then only: some of it is left for the next process.
      const isLast = kill === kills - 1
      if (!isLast && random.below(2) === 0) continue
      const memory = await openInferring(store, place, line => books.hear(line))
      for (let round = 0; round < 4; round++) await memory.process({ deferred: round % 2 === 0 })
      books.hear({ rest: true })
      await check(memory, books, torture, `${store}, kill ${kill}, seed ${task.seed}`)
      await memory.close()
    }
    say(`${store}: ${kills} kills while facts are made`)
  } finally {
    await place.remove()
  }
}

async function check(memory: Memory, books: Books, { tally }: Torture, where: string): Promise<void> {
  const said = new Set<string>()
  const facts = new Map<string, string[]>()
  for await (const item of memory.list({ userId: 'ana' })) {
    if (item.origin === 'caller') said.add(item.memory)
    else facts.set(item.memory, [...(facts.get(item.memory) ?? []), ...(item.derivation?.sources ?? [])])
  }
  for (const text of books.said) if (!said.has(text)) tally.wrong('lost', `${where}: the message '${text}'`)
  for (const text of said) {
    const sources = facts.get(text) ?? []
    if (sources.length === 0) tally.wrong('lost', `${where}: the fact of '${text}'`)
    if (sources.length > 1) tally.wrong('repeated', `${where}: the fact of '${text}'`)
  }
  for (const text of books.paidTwice())
    tally.wrong('repeated', `${where}: the answer about '${text}' was paid for`)
  const { waiting, parked } = (await memory.stats()).infer
  if (waiting + parked > 0)
    tally.wrong(
      'lost',
      `${where}: ${waiting} messages wait and ${parked} are parked, with nothing left to do`,
    )
}
