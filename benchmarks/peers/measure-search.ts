import { makePlace } from '../opening/own-place.ts'
import { sampleTexts } from '../scenarios/sample-texts.ts'
import { countStatements } from './count-statements.ts'
import type { PeerSearchSamples } from './peer-task.ts'
import type { PeerUse } from './peer.ts'
import { sharedEmbedder } from './shared-embedder.ts'

const topK = 10
const batch = 500
const [warmUp, mostTimed, mostCompared] = [10, 200, 100]
/** What takes longer is searched less often. */
const mostMs = 15_000
/** Far from the texts that are stored: no query is one of them. */
const firstQuery = 10_000_000
/** Vectors are stored as 32-bit numbers, and some libraries go by distances: what ties may be told in any order. */
const tie = 1e-5

/** Fills a library to each size in turn, and searches by texts that are not stored, one search after the other. */
export async function measureSearch(
  use: PeerUse,
  sizes: readonly number[],
  postgresUrl: string | undefined,
): Promise<PeerSearchSamples[]> {
  const statements = countStatements()
  const embedder = sharedEmbedder()
  const place = await makePlace([], {})
  try {
    const peer = await use.open({ folder: place.folder, postgresUrl }, embedder)
    const queries = sampleTexts(firstQuery, warmUp + mostTimed)
    const results: PeerSearchSamples[] = []
    let stored = 0
    for (const size of sizes) {
      for (; stored < size; stored = Math.min(size, stored + batch)) {
        await peer.add(sampleTexts(stored, Math.min(batch, size - stored)))
      }
      await peer.flush?.()
      for (const query of queries.slice(0, warmUp)) await peer.search(query, topK)
      const before = statements()
      const times: number[] = []
      const found: string[][] = []
      const began = performance.now()
      for (const query of queries.slice(warmUp)) {
        const start = performance.now()
        if (start - began > mostMs) break
        const texts = await peer.search(query, topK)
        times.push(performance.now() - start)
        found.push(texts)
      }
      const sent = (statements() - before) / times.length
      const exact = await exactScores(embedder, sampleTexts(0, size))
      const recalls: number[] = []
      for (const [i, texts] of found.slice(0, mostCompared).entries()) {
        recalls.push(recallOf(texts, await exact(queries[warmUp + i] as string)))
      }
      results.push({
        size,
        times,
        recall: recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length,
        ...(use.needsPostgres && { statements: sent }),
      })
    }
    await peer.close()
    return results
  } finally {
    await place.remove()
  }
}

type Scores = ReadonlyMap<string, number>

/** Compares a query with every text: the score of each. */
async function exactScores(
  embedder: ReturnType<typeof sharedEmbedder>,
  texts: readonly string[],
): Promise<(query: string) => Promise<Scores>> {
  const vectors = (await embedder.embed(texts)).map(vector => Float32Array.from(vector))
  return async query => {
    const [asked = []] = await embedder.embed([query])
    const score = (vector: Float32Array): number => asked.reduce((sum, x, i) => sum + x * (vector[i] ?? 0), 0)
    return new Map(vectors.map((vector, i) => [texts[i] as string, score(vector)]))
  }
}

function recallOf(found: readonly string[], scores: Scores): number {
  const best = [...scores.values()].sort((a, b) => b - a)
  const lowest = (best[topK - 1] ?? -Infinity) - tie
  const hits = [...new Set(found)].filter(text => (scores.get(text) ?? -Infinity) >= lowest)
  return hits.length / Math.min(topK, scores.size)
}
