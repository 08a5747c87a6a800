import { join } from 'node:path'

import { Memory } from '@agentmem/core'
import { openFastEmbedder } from '@agentmem/fastembed'
import { openHnswIndex } from '@agentmem/hnsw'
import { openSqliteStore } from '@agentmem/sqlite'

import { fixtureTexts } from '../../../packages/fastembed/test/fixture/fixture-texts.ts'
import { median } from '../../measured/statistics.ts'

export interface WholeWayResult {
  /** Texts a second: of the embedder alone, and of `addBatch(1000)` on SQLite and hnsw with it. */
  readonly embedder: number
  readonly addBatch: number
  /** Of the rates of a round, addBatch over embedder: the median of the rounds. */
  readonly share: number
}

const count = 1_000

/** Fresh texts each time, of the same lengths for both; in turn, the order reversed from round to round. */
export async function measureWholeWay(
  modelFolder: string,
  folder: string,
  rounds: number,
): Promise<WholeWayResult> {
  const embedder = await openFastEmbedder({ model: 'fixture', modelFolder })
  const memory = await Memory.open({
    store: await openSqliteStore({ path: join(folder, 'memories.db') }),
    index: await openHnswIndex({ path: join(folder, 'memories.hnsw'), dimensions: embedder.dimensions }),
    embedder,
  })
  const lengths = fixtureTexts(count).map(text => text.split(' '))
  // The words of each text in another order: new to the cache, and of as many tokens.
  const freshTexts = (round: number): string[] =>
    lengths.map(words => [...words.slice(round), ...words.slice(0, round)].join(' '))
  const embed = (texts: readonly string[]): Promise<unknown> => embedder.embed(texts)
  const addBatch = (texts: readonly string[]): Promise<unknown> =>
    memory.addBatch([...texts], { userId: 'user' })
  const rates: { readonly embed: number; readonly addBatch: number }[] = []
  for (let round = 0; round <= rounds; round++) {
    const texts = freshTexts(round % 8)
    const timed = async (work: (texts: readonly string[]) => Promise<unknown>): Promise<number> => {
      const start = performance.now()
      await work(texts.map(text => `${text} ${round}`))
      return count / ((performance.now() - start) / 1_000)
    }
    let rate: { embed: number; addBatch: number }
    if (round % 2 === 0) rate = { embed: await timed(embed), addBatch: await timed(addBatch) }
    else {
      const first = await timed(addBatch)
      rate = { addBatch: first, embed: await timed(embed) }
    }
    await memory.flush()
    // The first round warms up code and files.
    if (round > 0) rates.push(rate)
  }
  await memory.close()
  return {
    embedder: median(rates.map(rate => rate.embed)),
    addBatch: median(rates.map(rate => rate.addBatch)),
    share: median(rates.map(rate => rate.addBatch / rate.embed)),
  }
}
