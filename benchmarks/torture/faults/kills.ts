import { makePlace } from '../../opening/own-place.ts'
import { serversOf } from '../../opening/backends.ts'
import { BusyChild } from '../busy-child.ts'
import type { Torture } from '../fault.ts'
import { Model } from '../model.ts'
import { nameOf, openPair } from '../pairs.ts'
import type { Pair } from '../pairs.ts'

/** Kills a process that does everything at random, at random moments, and looks at what it has left each time. */
export async function killPair(torture: Torture, pair: Pair, kills: number): Promise<void> {
  const { random, tally, urls, say } = torture
  const place = await makePlace(serversOf(pair), urls)
  const model = new Model()
  try {
    for (let kill = 0; kill < kills; kill++) {
      const seed = random.below(2 ** 31)
      const task = { pair, place, name: 'k', seed, generation: kill, steps: 100_000, known: model.known }
      const child = new BusyChild(task, { model, tally })
      // Some while it opens, most at some step.
      const opens = random.next() < 0.15
      const steps = 1 + random.below(12)
      const delay = random.below(opens ? 600 : 40)
      if (!opens) await child.hasBegun(steps)
      if (await child.endsWithin(delay)) await child.end()
      await child.kill()
      for (const failure of child.failures)
        say(`${nameOf(pair)}: a call failed and was looked after: ${failure}`)
      const memory = await openPair(pair, place)
      await model.check(memory, tally, `${nameOf(pair)}, kill ${kill}, seed ${seed}`)
      await memory.close()
    }
    say(`${nameOf(pair)}: ${kills} kills`)
  } finally {
    await place.remove()
  }
}
