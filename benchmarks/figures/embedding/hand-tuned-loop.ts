import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { FlagEmbedding } from 'fastembed'

interface Encoding {
  getIds(): number[]
  getLength(): number
}

interface Tensor {
  readonly data: Float32Array
  readonly dims: readonly number[]
}

interface Session {
  run(inputs: object): Promise<{ readonly last_hidden_state: Tensor }>
}

interface Internals {
  readonly tokenizer: { encodeBatch(texts: string[]): Promise<Encoding[]>; disablePadding(): void }
  readonly session: Session
}

interface Runtime {
  readonly Tensor: new (type: 'int64', data: BigInt64Array, dims: readonly number[]) => object
  readonly InferenceSession: { create(path: string, options: object): Promise<Session> }
}

/** The onnxruntime that fastembed uses. */
export function fastembedRuntime(): Runtime {
  const fastembed = dirname(realpathSync(fileURLToPath(import.meta.resolve('fastembed'))))
  return createRequire(join(fastembed, 'package.json'))('onnxruntime-node') as Runtime
}

/**
 * What one would write by hand over the session of a fastembed model, for speed alone: all texts tokenized in
 * one call, without padding, grouped by length, and the tensors filled and read without a detour.
 */
export class HandTunedLoop {
  readonly #runtime = fastembedRuntime()
  readonly #tokenizer: Internals['tokenizer']
  readonly #session: Session
  readonly #textsPerRun: number

  constructor(flag: FlagEmbedding, textsPerRun: number, session?: Session) {
    const internals = flag as unknown as Internals
    this.#tokenizer = internals.tokenizer
    this.#tokenizer.disablePadding()
    this.#session = session ?? internals.session
    this.#textsPerRun = textsPerRun
  }

  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    const encodings = await this.#tokenizer.encodeBatch([...texts])
    const byLength = Map.groupBy(encodings.keys(), i => encodings[i]?.getLength() ?? 0)
    const vectors: Float32Array[] = Array.from({ length: texts.length })
    for (const [length, group] of byLength) {
      for (let start = 0; start < group.length; start += this.#textsPerRun) {
        const positions = group.slice(start, start + this.#textsPerRun)
        const ids = new BigInt64Array(positions.length * length)
        for (const [row, position] of positions.entries()) {
          const tokens = encodings[position]?.getIds() ?? []
          for (let i = 0; i < length; i++) ids[row * length + i] = BigInt(tokens[i] as number)
        }
        await this.#run(ids, positions, length, vectors)
      }
    }
    return vectors
  }

  async #run(
    ids: BigInt64Array,
    positions: readonly number[],
    length: number,
    vectors: Float32Array[],
  ): Promise<void> {
    const tensor = (data: BigInt64Array): object =>
      new this.#runtime.Tensor('int64', data, [positions.length, length])
    const { last_hidden_state: output } = await this.#session.run({
      input_ids: tensor(ids),
      attention_mask: tensor(new BigInt64Array(ids.length).fill(1n)),
      token_type_ids: tensor(new BigInt64Array(ids.length)),
    })
    const dimensions = output.dims[2] ?? 0
    for (const [row, position] of positions.entries()) {
      const start = row * length * dimensions
      const vector = output.data.slice(start, start + dimensions)
      let square = 0
      for (let i = 0; i < dimensions; i++) square += (vector[i] as number) ** 2
      const norm = Math.sqrt(square)
      for (let i = 0; i < dimensions; i++) vector[i] = (vector[i] as number) / norm
      vectors[position] = vector
    }
  }
}
