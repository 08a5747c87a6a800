import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'

import { fixtureTexts } from '../../../packages/fastembed/test/fixture/fixture-texts.ts'
import { median, percentile } from '../../measured/statistics.ts'
import { contenders, stockTexts } from './contenders.ts'
import type { Contender } from './contenders.ts'

export interface EmbedResult {
  readonly name: string
  readonly textsPerSecond: number
  /** Milliseconds of a query alone: the median. */
  readonly queryMs: number
  /** 99th percentile and largest delay of this process's event loop while it embeds, in milliseconds; medians. */
  readonly delayMs: number
  readonly longestDelayMs: number
  /** Least cosine to the vectors of stock fastembed, and how many are the same to the last bit. */
  readonly leastCosine: number
  readonly identical: number
}

const count = 1_000

/** Every contender on the same 1,000 texts of 8 to 25 words, in turn within each round; stock on fewer texts, once. */
export async function measureRates(
  folder: string,
  rounds: number,
  onProgress: (done: number, of: number) => void,
): Promise<EmbedResult[]> {
  const texts = fixtureTexts(count)
  const names = Object.keys(contenders)
  const opened = new Map<string, Contender>()
  for (const name of names)
    opened.set(name, await (contenders[name] as (folder: string) => Promise<Contender>)(folder))
  const rates = new Map(names.map(name => [name, [] as number[]]))
  const delays = new Map(names.map(name => [name, { p99: [] as number[], max: [] as number[] }]))
  const vectors = new Map<string, readonly Float32Array[]>()
  const isStock = (name: string): boolean => name.startsWith('fastembed')
  for (let round = 0; round < rounds; round++) {
    const order = names.filter(name => round === 0 || !isStock(name))
    for (const name of round % 2 === 0 ? order : order.toReversed()) {
      const some = isStock(name) ? texts.slice(0, stockTexts) : texts
      const delay = monitorEventLoopDelay({ resolution: 1 })
      delay.enable()
      const start = performance.now()
      vectors.set(name, (await opened.get(name)?.embed(some)) ?? [])
      rates.get(name)?.push(some.length / ((performance.now() - start) / 1_000))
      // A delay is known once it is over.
      await sleep(5)
      delay.disable()
      delays.get(name)?.p99.push(delay.percentile(99) / 1e6)
      delays.get(name)?.max.push(delay.max / 1e6)
    }
    onProgress(round + 1, rounds)
  }
  const results: EmbedResult[] = []
  const reference = vectors.get('fastembed, batch 8') ?? []
  for (const name of names) {
    const own = (vectors.get(name) ?? []).slice(0, stockTexts)
    const queryMs = await queryTime(opened.get(name) as Contender, texts.slice(0, isStock(name) ? 10 : 100))
    results.push({
      name,
      textsPerSecond: median(rates.get(name) ?? []),
      queryMs,
      delayMs: median(delays.get(name)?.p99 ?? []),
      longestDelayMs: median(delays.get(name)?.max ?? []),
      leastCosine: Math.min(...own.map((vector, i) => cosine(vector, reference[i] ?? new Float32Array()))),
      identical: own.filter((vector, i) => vector.every((value, d) => value === reference[i]?.[d])).length,
    })
  }
  for (const contender of opened.values()) await contender.close()
  return results
}

async function queryTime({ embed }: Contender, queries: readonly string[]): Promise<number> {
  const times: number[] = []
  for (const query of queries) {
    const start = performance.now()
    await embed([query])
    times.push(performance.now() - start)
  }
  return percentile(times, 0.5)
}

/** In double precision: both are rounded to single. */
function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array): number =>
    x.reduce((sum, value, i) => sum + value * (y[i] ?? Number.NaN), 0)
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}
