import { MemoryError } from '@agentmem/core/adapter'
import type { FlagEmbedding } from 'fastembed'
import type { ModelSettings } from '../options/fast-options.ts'
import { groupByLength } from './group-by-length.ts'
import type { LocalModel, ModelCall, ModelRun } from './local-model.ts'

/** The part of fastembed's encoding of a text that is used here. */
interface Encoding {
  getLength(): number
  getOverflowing(): readonly Encoding[]
}

interface Tokenizer {
  encode(text: string): Promise<Encoding>
  disablePadding(): void
}

/** Texts in a run where each is padded to the full length: stock fastembed is fastest, and smallest, with 8. */
const paddedPerRun = 8

/**
 * A model of fastembed without its padding. fastembed-js 2.1 pads each text to `maxLength` tokens, at some
 * 30 times the cost. Here padding is turned off in its tokenizer, a field that only its types hide; then `embed` is
 * given texts of one length alone, since it takes the length of the first for that of all. The tokens are counted
 * and used in one encoding. A fastembed without that field is used as it is, padding and all.
 */
export class GroupedModel implements LocalModel {
  readonly #flag: FlagEmbedding
  readonly #settings: ModelSettings
  readonly #tokenizer: Tokenizer | undefined
  /** The tokens that `embed` gets when it asks for those of its texts. */
  #encodings: ReadonlyMap<string, Encoding> = new Map()

  constructor(flag: FlagEmbedding, settings: ModelSettings, onWarning: (message: string) => void) {
    this.#flag = flag
    this.#settings = settings
    this.#tokenizer = takeTokenizer(flag, text => this.#encodings.get(text))
    if (this.#tokenizer) return
    if (settings.longTexts === 'refuse') {
      throw new MemoryError(
        'UNSUPPORTED',
        "This version of fastembed hides its tokenizer, so that tokens cannot be counted: longTexts: 'refuse' needs it.",
      )
    }
    onWarning(
      'This version of fastembed hides its tokenizer: each text is padded to full length, which takes many times ' +
        'as long, and truncated texts are not counted. @agentmem/fastembed is made for fastembed 2.1.',
    )
  }

  /**
   * Gives the vectors of one run after another. Throws `INVALID_ARGUMENT` before the first run when a text is too
   * long and that is refused.
   */
  async *run({ texts, offset = 0 }: ModelCall): AsyncGenerator<ModelRun, void> {
    const tokenizer = this.#tokenizer
    if (!tokenizer) {
      yield* this.#embedPadded(texts)
      return
    }
    const encodings = await Promise.all(texts.map(text => tokenizer.encode(text)))
    const isCut = encodings.map(encoding => encoding.getOverflowing().length > 0)
    if (this.#settings.longTexts === 'refuse') this.#refuseLong(encodings, isCut, offset)
    const lengths = encodings.map(encoding => encoding.getLength())
    for (const positions of groupByLength(lengths, this.#settings.textsPerRun)) {
      const group = positions.map(position => texts[position] as string)
      this.#encodings = new Map(
        positions.map((position, i) => [group[i] as string, encodings[position] as Encoding]),
      )
      const values = await this.#run(group)
      yield { positions, values, truncated: positions.filter(position => isCut[position]).length }
    }
  }

  async *#embedPadded(texts: readonly string[]): AsyncGenerator<ModelRun, void> {
    for (let start = 0; start < texts.length; start += paddedPerRun) {
      const group = texts.slice(start, start + paddedPerRun)
      yield { positions: group.map((_, i) => start + i), values: await this.#run(group), truncated: 0 }
    }
  }

  async #run(texts: readonly string[]): Promise<Float32Array> {
    const { dimensions } = this.#settings
    const packed = new Float32Array(texts.length * dimensions)
    const { value } = await this.#flag.embed([...texts], texts.length).next()
    for (const [i, vector] of (value ?? []).entries()) {
      if (vector.length !== dimensions) {
        throw new MemoryError(
          'BACKEND',
          `${this.#settings.name} gave a vector of ${vector.length} dimensions instead of ${dimensions}.`,
        )
      }
      packed.set(vector, i * dimensions)
    }
    return packed
  }

  #refuseLong(encodings: readonly Encoding[], isCut: readonly boolean[], offset: number): void {
    const index = isCut.indexOf(true)
    const encoding = encodings[index]
    if (!encoding) return
    // The start of the text and each further stretch have the same special tokens around them.
    const stretches = encoding.getOverflowing()
    const tokens = stretches.reduce((sum, stretch) => sum + stretch.getLength() - 2, encoding.getLength())
    throw new MemoryError(
      'INVALID_ARGUMENT',
      `texts[${offset + index}] has about ${tokens} tokens with its prefix, and ${this.#settings.name} reads ` +
        `${this.#settings.maxTokens}. Split it, or open the embedder with longTexts: 'truncate'.`,
    )
  }
}

/**
 * Takes the tokenizer out of a model, and puts one there that answers with the encodings known already. When the
 * tokenizer is not where fastembed 2.1 has it, nothing is changed and the result is undefined.
 */
function takeTokenizer(
  flag: FlagEmbedding,
  known: (text: string) => Encoding | undefined,
): Tokenizer | undefined {
  const holder = flag as unknown as { tokenizer?: Partial<Tokenizer> }
  const { tokenizer } = holder
  if (typeof tokenizer?.encode !== 'function' || typeof tokenizer.disablePadding !== 'function')
    return undefined
  tokenizer.disablePadding()
  holder.tokenizer = { encode: async text => known(text) as Encoding }
  return tokenizer as Tokenizer
}
