import type { Embedder } from '@agentmem/core/adapter'
import type { Mutant } from './mutant.ts'
import { overrideMethods } from './override-methods.ts'

type Overrides = (embedder: Embedder) => Partial<Embedder>

function mutant(group: string, fails: string, fault: string, overrides: Overrides): Mutant<Embedder> {
  return { group, fails, fault, mutate: embedder => overrideMethods(embedder, overrides(embedder)) }
}

export const embedderMutants: readonly Mutant<Embedder>[] = [
  mutant('vectors', 'different texts', 'gives every text the same vector', embedder => ({
    embed: async (texts, options) => {
      const vectors = await embedder.embed(['constant'], options)
      return texts.flatMap(() => vectors.map(vector => vector.slice()))
    },
  })),
  mutant('vectors', 'those that were given out', 'gives out one buffer again and again', embedder => {
    const buffers: Float32Array[] = []
    return {
      embed: async (texts, options) => {
        const vectors = await embedder.embed(texts, options)
        return vectors.map((vector, i) => {
          const buffer = (buffers[i] ??= new Float32Array(vector.length))
          buffer.set(vector)
          return buffer
        })
      },
    }
  }),
  mutant('order', 'each vector stands', 'sorts a batch by length and forgets to sort it back', embedder => ({
    embed: (texts, options) =>
      embedder.embed(
        texts.toSorted((a, b) => a.length - b.length),
        options,
      ),
  })),
  mutant('order', 'the same text twice', 'drops a duplicate', embedder => ({
    embed: (texts, options) => embedder.embed([...new Set(texts)], options),
  })),
  mutant('order', 'a batch gives', 'lets the texts of a batch colour each other', embedder => ({
    embed: async (texts, options) => {
      const vectors = await embedder.embed(texts, options)
      const [first] = vectors
      return vectors.map(vector => vector.map((value, d) => value + 0.01 * texts.length * (first?.[d] ?? 0)))
    },
  })),
  mutant('determinism', 'a text has the same vector', 'drifts from call to call', embedder => {
    let calls = 0
    return {
      embed: async (texts, options) => {
        calls++
        return (await embedder.embed(texts, options)).map(vector => vector.with(0, calls / 10))
      },
    }
  }),
  mutant('texts', 'text of every script', 'fails on text that is not English', embedder => ({
    embed: async (texts, options) => {
      // eslint-disable-next-line no-control-regex -- all of ASCII is meant
      if (texts.some(text => !/^[\x00-\x7f]*$/.test(text))) throw new Error('unknown token')
      return embedder.embed(texts, options)
    },
  })),
  mutant('facts', 'the model and the dimensions', 'changes its identity', embedder => {
    let calls = 0
    return {
      get model() {
        return `model-${calls}`
      },
      embed: (texts, options) => {
        calls++
        return embedder.embed(texts, options)
      },
    }
  }),
  mutant('errors', 'embed passes on a failure', 'makes up a zero vector when it fails', embedder => ({
    embed: async (texts, options) => {
      try {
        return await embedder.embed(texts, options)
      } catch {
        return texts.map(() => new Float32Array(embedder.dimensions))
      }
    },
  })),
  {
    ...mutant('abort', 'embed with an aborted signal', 'works for a caller who has gone', embedder => ({
      embed: (texts, { as } = {}) => embedder.embed(texts, { as }),
    })),
    unguarded: true,
  },
  ...[
    ['guards', 'refuses what is no text', 'takes what it is given'],
    ['hostile calls', 'embed throws nothing', 'reads whatever it is given'],
    ['abort', 'embed ends with its signal', 'waits for its backend whatever the signal'],
    ['lifecycle', 'embed on a closed one', 'goes on when it is closed'],
  ].map(([group = '', fails = '', fault = '']) => ({ group, fails, fault, unguarded: true })),
]
