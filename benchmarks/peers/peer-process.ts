// One way of using one library, in a process of its own.

import { HashEmbedder } from '../../packages/core/dist/index.js'
import { makePlace } from '../run/own-place.ts'
import { sampleTexts } from '../sample-texts.ts'
import { peerUses } from './all-peers.ts'
import { countStatements } from './count-statements.ts'
import type { PeerUse, SharedEmbedder } from './peer.ts'
import type { PeerAnswer, PeerSamples, PeerTask } from './peer-task.ts'

const warmUp = [10, 100]
/** Like ours: what is over soon is repeated. */
const repeats = (size: number): number => Math.min(10, Math.max(2, Math.round(200 / size)))

let embedCalls = 0
const hash = new HashEmbedder()
const embedder: SharedEmbedder = {
  dimensions: hash.dimensions,
  embed: async texts => {
    embedCalls++
    return (await hash.embed(texts)).map(vector => Array.from(vector))
  },
}

async function measure(use: PeerUse, { sizes, postgresUrl }: PeerTask): Promise<PeerSamples[]> {
  const statements = countStatements()
  const place = await makePlace([], {})
  try {
    const peer = await use.open({ folder: place.folder, postgresUrl }, embedder)
    let next = 0
    const fresh = (count: number): string[] => sampleTexts((next += count) - count, count)
    for (const size of warmUp) await peer.add(fresh(size))
    const results: PeerSamples[] = []
    for (const size of sizes) {
      const times: number[] = []
      let counts = { embedCalls: 0, statements: 0 }
      let last = ''
      for (let i = use.kind === 'single' ? 1 : repeats(size); i > 0; i--) {
        const texts = fresh(size)
        const before = { embedCalls, statements: statements() }
        const start = performance.now()
        await peer.add(texts)
        times.push(performance.now() - start)
        counts = {
          embedCalls: embedCalls - before.embedCalls,
          statements: statements() - before.statements,
        }
        last = texts.at(-1) ?? ''
      }
      const found = await peer.nearest(last)
      if (found !== last) throw new Error(`The last memory that was added is not found, but ${found}.`)
      results.push({
        size,
        times,
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

async function answer(task: PeerTask): Promise<PeerAnswer> {
  if (task.use === undefined) {
    return { uses: peerUses.map(use => ({ ...use, open: undefined })) }
  }
  const use = peerUses[task.use]
  if (!use) return { error: `There is no use ${task.use}.` }
  try {
    return { samples: await measure(use, task) }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

process.once('message', task => {
  void answer(task as PeerTask).then(said => process.send?.(said, () => process.exit(0)))
})
// Whoever waited for the answer is gone.
process.once('disconnect', () => process.exit(1))
