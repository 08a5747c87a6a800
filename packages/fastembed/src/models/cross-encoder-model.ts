import { MemoryError } from '@agentmem/core/adapter'
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import type { CrossEncoderSettings } from '../options/cross-encoder-options.ts'
import { groupByLength } from './group-by-length.ts'
import type { LocalModel, ModelCall, ModelRun } from './local-model.ts'
import type { PairEncoder, TokenPair } from './pair-encoder.ts'

/** What {@link CrossEncoderModel} runs on. */
export interface CrossEncoderParts {
  readonly pairs: PairEncoder
  readonly session: InferenceSession
  readonly Tensor: typeof Tensor
}

/** What the inputs of a cross-encoder hold. */
const inputs: Readonly<Record<string, (pair: TokenPair) => readonly number[]>> = {
  input_ids: pair => pair.ids,
  attention_mask: pair => pair.ids.map(() => 1),
  token_type_ids: pair => pair.typeIds,
}

/** A cross-encoder: it reads a query and a text together, and gives one logit. Pairs of one length run together, unpadded. */
export class CrossEncoderModel implements LocalModel {
  readonly #parts: CrossEncoderParts
  readonly #settings: CrossEncoderSettings

  /** Throws `UNSUPPORTED` for a model with other inputs. */
  constructor(parts: CrossEncoderParts, settings: CrossEncoderSettings) {
    const others = parts.session.inputNames.filter(name => !Object.hasOwn(inputs, name))
    if (others.length > 0) {
      throw new MemoryError(
        'UNSUPPORTED',
        `${settings.name} asks for ${others.join(', ')}; a cross-encoder has the inputs ${Object.keys(inputs).join(', ')}.`,
      )
    }
    this.#parts = parts
    this.#settings = settings
  }

  async *run({ query = '', texts }: ModelCall): AsyncGenerator<ModelRun, void> {
    const pairs = await this.#parts.pairs.encode(query, texts)
    const lengths = pairs.map(({ ids }) => ids.length)
    for (const positions of groupByLength(lengths, this.#settings.textsPerRun)) {
      const group = positions.map(position => pairs[position] as TokenPair)
      yield {
        positions,
        values: await this.#logits(group),
        truncated: group.filter(({ isCut }) => isCut).length,
      }
    }
  }

  async #logits(pairs: readonly TokenPair[]): Promise<Float32Array> {
    const { session, Tensor: TensorClass } = this.#parts
    const shape = [pairs.length, pairs[0]?.ids.length ?? 0]
    const feeds = session.inputNames.map(name => {
      const values = pairs.flatMap(pair => inputs[name]?.(pair) ?? [])
      return [name, new TensorClass('int64', BigInt64Array.from(values, BigInt), shape)] as const
    })
    const outputs = await session.run(Object.fromEntries(feeds))
    const logits = outputs['logits'] ?? outputs[session.outputNames[0] ?? '']
    if (logits?.data instanceof Float32Array && logits.data.length === pairs.length) return logits.data
    throw new MemoryError(
      'UNSUPPORTED',
      `${this.#settings.name} gave ${logits?.type} of the shape ${JSON.stringify(logits?.dims)} for ${pairs.length} ` +
        'texts; a cross-encoder gives one float32 for each.',
    )
  }
}
