import { readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MemoryError } from '@agentmem/core'
import { makePlace } from '../../opening/own-place.ts'
import { Busy } from '../busy.ts'
import type { Torture } from '../fault.ts'
import { Model } from '../model.ts'
import { openPair } from '../pairs.ts'

/** Files of an index lose their end, or some of their bytes, while nobody has them open. */
export async function damageIndex(
  { random, tally, say }: Torture,
  index: 'hnsw' | 'usearch',
  times: number,
): Promise<void> {
  const pair = { store: 'sqlite', index }
  const place = await makePlace([], {})
  const model = new Model()
  let refused = 0
  try {
    for (let time = 0; time < times; time++) {
      const memory = await openPair(pair, place)
      await new Busy(memory, { random, model, tally, name: 'x', generation: time }).run(12)
      await memory.optimize()
      await memory.close()
      const files = await readdir(place.folder, { recursive: true, withFileTypes: true })
      const own = files.filter(
        file => file.isFile() && join(file.parentPath, file.name).includes(`${index}.index`),
      )
      const file = random.pick(own)
      const path = join(file.parentPath, file.name)
      const bytes = await readFile(path)
      const at = random.below(Math.max(1, bytes.length))
      if (random.next() < 0.5) await truncate(path, at)
      else {
        for (let byte = at; byte < Math.min(bytes.length, at + 64); byte++) bytes[byte] = random.below(256)
        await writeFile(path, bytes)
      }
      tally.add('cuts')
      try {
        const again = await openPair(pair, place)
        await model.check(again, tally, `${index}, ${file.name} damaged at ${at} of ${bytes.length}`)
        await again.close()
      } catch (error) {
        // To refuse it is right too, if it says so; it is then removed, as the message advises.
        if (!MemoryError.is(error)) throw error
        refused++
        const { rm } = await import('node:fs/promises')
        for (const each of own) await rm(join(each.parentPath, each.name), { force: true })
      }
    }
    say(`${index}: ${times} damages, ${refused} refused`)
  } finally {
    await place.remove()
  }
}
