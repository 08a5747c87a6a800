import { HashEmbedder, Memory, MemoryError } from '@agentmem/core'
import type { Embedder } from '@agentmem/core'
import { indexes, stores } from '../../opening/backends.ts'
import { makePlace } from '../../opening/own-place.ts'
import type { Torture } from '../fault.ts'

const dimensions = 32

/** Ways in which an embedder is known to misbehave. */
const misbehaviours: Readonly<Record<string, (vectors: Float32Array[]) => unknown>> = {
  'throws what is no error': () => {
    throw 'no error' as unknown as Error
  },
  'throws a TypeError': () => {
    throw new TypeError('undefined is not a function')
  },
  'gives one vector too few': vectors => vectors.slice(1),
  'gives one vector too many': vectors => [...vectors, ...vectors.slice(0, 1)],
  'gives vectors that are too short': vectors => vectors.map(vector => vector.slice(1)),
  'gives NaN': vectors => vectors.map(vector => vector.with(3, NaN)),
  'gives infinity': vectors => vectors.map(vector => vector.with(0, Infinity)),
  'gives zeros': vectors => vectors.map(() => new Float32Array(dimensions)),
  'gives numbers in lists': vectors => vectors.map(vector => [...vector]),
  'gives nothing': () => undefined,
  'gives null for one': vectors => [null, ...vectors.slice(1)],
  'never answers': () => new Promise(() => undefined),
}

/** An embedder that misbehaves now and then: what it spoils is refused whole, and nothing else is touched. */
export async function misleadEmbedder({ random, tally, say }: Torture, rounds: number): Promise<void> {
  const place = await makePlace([], {})
  const store = await stores['sqlite']?.open(place)
  const index = await indexes['exact']?.open(place, dimensions)
  if (!store || !index) throw new Error('There is no store.')
  const honest = new HashEmbedder({ dimensions })
  let misbehaves: ((vectors: Float32Array[]) => unknown) | undefined
  const embedder: Embedder = {
    model: honest.model,
    dimensions,
    embed: async (texts, options) => {
      const vectors = await honest.embed(texts, options)
      return (misbehaves ? await misbehaves(vectors) : vectors) as Float32Array[]
    },
    close: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  }
  const memory = await Memory.open({ store, index, embedder })
  const known = new Set<string>()
  for (let round = 0; round < rounds; round++) {
    for (const [name, way] of Object.entries(misbehaviours)) {
      const texts = Array.from({ length: 3 }, (_, n) => `text ${round} ${n} of ${name}`)
      misbehaves = random.next() < 0.7 ? way : undefined
      tally.add('inputs', 2)
      for (const call of [
        () => memory.addBatch(texts, { userId: 'ana', signal: AbortSignal.timeout(400) }),
        () =>
          memory.search(texts[0] ?? '', { userId: 'ana', mode: 'vector', signal: AbortSignal.timeout(400) }),
      ]) {
        try {
          const { results } = await call()
          if (misbehaves === undefined) for (const { id } of results) known.add(id)
          else tally.wrong('untyped', `a call was answered by one that ${name}`)
        } catch (error) {
          if (!MemoryError.is(error)) tally.wrong('untyped', `${name}: ${String(error)}`)
          else if (misbehaves === undefined)
            tally.wrong('lost', `an honest call failed after one that ${name}: ${error.message}`)
        }
      }
      misbehaves = undefined
      const listed = (await Array.fromAsync(memory.list({ userId: 'ana' }))).filter(({ memory }) =>
        texts.includes(memory),
      )
      if (listed.length !== 0 && listed.length !== 3)
        tally.wrong('halfWritten', `${listed.length} of 3 where it ${name}`)
    }
  }
  const { ok } = await memory.verify()
  if (!ok) tally.wrong('lost', 'the index after embedders that misbehave')
  await memory.close()
  await place.remove()
  say(`${Object.keys(misbehaviours).length} kinds of misbehaviour, ${rounds} times`)
}
