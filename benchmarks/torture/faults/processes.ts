import { serversOf } from '../../opening/backends.ts'
import { makePlace } from '../../opening/own-place.ts'
import type { Place } from '../../opening/place.ts'
import { BusyChild } from '../busy-child.ts'
import type { Torture } from '../fault.ts'
import { Model } from '../model.ts'
import { nameOf, openPair } from '../pairs.ts'
import type { Pair } from '../pairs.ts'

/** Stores and indexes that several processes may have open. */
export const sharedPairs: readonly Pair[] = [
  { store: 'sqlite', index: 'lancedb' },
  { store: 'sqlite', index: 'sqlite-vec' },
  { store: 'postgres', index: 'lancedb' },
  { store: 'mysql', index: 'lancedb' },
]

/** Two to four processes work on one memory, each for its own users; one is stopped for a while, one is killed. */
export async function crowd(torture: Torture, pair: Pair, given?: Place): Promise<void> {
  const { random, tally, urls, say } = torture
  const own = await makePlace(serversOf(pair), urls)
  const place = given ?? own
  const models = new Map<string, Model>()
  try {
    const count = 2 + random.below(3)
    const children = Array.from({ length: count }, (_, n) => {
      const [name, model] = [`p${n}`, new Model()]
      models.set(name, model)
      const seed = random.below(2 ** 31)
      const task = { pair, place, name, seed, generation: 0, steps: 40, known: [] }
      return new BusyChild(task, { model, tally })
    })
    const [stopped, killed] = random.shuffle(children)
    await stopped?.hasBegun(4)
    stopped?.process.kill('SIGSTOP')
    // Longer than a lease: the others take it over, and it must do no harm when it goes on.
    await new Promise(resolve => setTimeout(resolve, 400 + random.below(1_200)))
    if (count > 2) await killed?.kill()
    stopped?.process.kill('SIGCONT')
    for (const child of children) if (count === 2 || child !== killed) await child.end()
    const memory = await openPair(pair, place)
    for (const [name, model] of models) await model.check(memory, tally, `${nameOf(pair)}, process ${name}`)
    await memory.close()
    say(`${nameOf(pair)}: ${count} processes`)
  } finally {
    await own.remove()
  }
}
