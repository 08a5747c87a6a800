import { makePlace } from '../opening/own-place.ts'
import { sampleTexts } from '../scenarios/sample-texts.ts'
import { countStatements } from './count-statements.ts'
import type { PeerSamples } from './peer-task.ts'
import type { PeerUse } from './peer.ts'
import { sharedEmbedder } from './shared-embedder.ts'

const warmUp = [10, 100]
/** Like ours: what is over soon is repeated. */
const repeats = (size: number): number => Math.min(10, Math.max(2, Math.round(200 / size)))

/** Adds fresh texts in every size, in one way of using one library, and looks whether the last one is found. */
export async function measureUse(
  use: PeerUse,
  sizes: readonly number[],
  postgresUrl: string | undefined,
): Promise<PeerSamples[]> {
  const statements = countStatements()
  const embedder = sharedEmbedder()
  const place = await makePlace([], {})
  try {
    const peer = await use.open({ folder: place.folder, postgresUrl }, embedder)
    let next = 0
    const fresh = (count: number): string[] => sampleTexts((next += count) - count, count)
    for (const size of warmUp) await peer.add(fresh(size))
    await peer.flush?.()
    const results: PeerSamples[] = []
    for (const size of sizes) {
      const times: number[] = []
      const indexedTimes: number[] = []
      let counts = { embedCalls: 0, statements: 0 }
      let last = ''
      for (let i = use.kind === 'single' ? 1 : repeats(size); i > 0; i--) {
        const texts = fresh(size)
        const before = { embedCalls: embedder.calls(), statements: statements() }
        const start = performance.now()
        await peer.add(texts)
        times.push(performance.now() - start)
        await peer.flush?.()
        indexedTimes.push(performance.now() - start)
        // What an index is sent later is part of the price, as it is where it is sent at once.
        counts = {
          embedCalls: embedder.calls() - before.embedCalls,
          statements: statements() - before.statements,
        }
        last = texts.at(-1) ?? ''
      }
      const [found] = await peer.search(last, 1)
      if (found !== last) throw new Error(`The last memory that was added is not found, but ${found}.`)
      results.push({
        size,
        times,
        indexedTimes,
        embedCalls: counts.embedCalls,
        ...(use.needsPostgres && { statements: counts.statements }),
      })
    }
    await peer.close()
    return results
  } finally {
    await place.remove()
  }
}
