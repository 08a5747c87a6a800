import { makePlace } from '../../opening/own-place.ts'
import { BusyChild } from '../busy-child.ts'
import type { Torture } from '../fault.ts'
import { Model } from '../model.ts'
import { nameOf, openPair } from '../pairs.ts'
import type { Pair } from '../pairs.ts'

/** No file may grow past a limit, as on a disk that is full: what is refused is refused whole, and what is there stays. */
export async function fillDisk({ random, tally, say }: Torture, pair: Pair): Promise<void> {
  const place = await makePlace([], {})
  const model = new Model()
  try {
    // Room for the tables, and for some memories. Blocks of 512 bytes.
    const blocks = 800 + random.below(1_200)
    const task = { pair, place, name: 'd', seed: random.below(2 ** 31), generation: 0, steps: 120, known: [] }
    const child = new BusyChild(task, { model, tally, limit: `ulimit -f ${blocks}` })
    // On a full disk it tries again and again. A busy machine is late to begin.
    await child.hasBegun(5)
    if (await child.endsWithin(6_000)) await child.end()
    else await child.kill()
    const memory = await openPair(pair, place)
    await model.check(memory, tally, `${nameOf(pair)}, files of ${blocks} blocks at most`)
    await memory.close()
    say(`${nameOf(pair)}: files of at most ${blocks * 512} bytes, ${child.begun} steps`)
  } finally {
    await place.remove()
  }
}
