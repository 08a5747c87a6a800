import { makePlace } from '../../opening/own-place.ts'
import { BusyChild } from '../busy-child.ts'
import type { Torture } from '../fault.ts'
import { Model } from '../model.ts'
import { openPair } from '../pairs.ts'

/** A process exits of its own while it works: with its own code, and without a core dump. */
export async function exitUnderLoad(
  { random, tally, say }: Torture,
  index: string,
  exits: number,
): Promise<void> {
  const pair = { store: 'sqlite', index }
  const place = await makePlace([], {})
  const model = new Model()
  for (let exit = 0; exit < exits; exit++) {
    const exitAfterMs = 20 + random.below(600)
    const task = {
      pair,
      place,
      name: 'e',
      seed: random.below(2 ** 31),
      generation: exit,
      steps: 100_000,
      known: model.known,
      exitAfterMs,
    }
    await new BusyChild(task, { model, tally }).end(7)
  }
  const memory = await openPair(pair, place)
  await model.check(memory, tally, `${index}, ${exits} exits`)
  await memory.close()
  await place.remove()
  say(`${index}: ${exits} exits under load`)
}
