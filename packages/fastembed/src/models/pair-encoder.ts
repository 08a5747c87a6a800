import { MemoryError } from '@agentmem/core/adapter'
import type { Tokenizer } from '@anush008/tokenizers'

/** The tokens of a query and a text, as a cross-encoder reads them. */
export interface TokenPair {
  readonly ids: readonly number[]
  /** Which tokens belong to the text, where the model tells them apart. */
  readonly typeIds: readonly number[]
  /** Whether a part was left out. */
  readonly isCut: boolean
}

/** Tokens around the query and the text, and the types of all. */
interface Template {
  readonly ids: readonly [before: readonly number[], between: readonly number[], after: readonly number[]]
  /** Of what is before, the query, what is between, the text, and what is after. */
  readonly types: readonly [number, number, number, number, number]
}

/**
 * Turns pairs into tokens, the query once a call. It sets the special tokens itself, as it saw the tokenizer do it with a
 * short pair: the tokenizer would tokenize the query once a text, and, of a pair that is too long, keep every
 * combination of the parts that it leaves out.
 */
export class PairEncoder {
  readonly #tokenizer: Tokenizer
  readonly #template: Template
  /** For the query and the text. */
  readonly #room: number

  private constructor(tokenizer: Tokenizer, template: Template, maxTokens: number) {
    this.#tokenizer = tokenizer
    this.#template = template
    this.#room = maxTokens - template.ids.flat().length
  }

  /** Throws `BACKEND` for a tokenizer that does not join two texts. */
  static async open(tokenizer: Tokenizer, maxTokens: number): Promise<PairEncoder> {
    // Its file may ask for both.
    tokenizer.disableTruncation()
    tokenizer.disablePadding()
    return new PairEncoder(tokenizer, await templateOf(tokenizer), maxTokens)
  }

  async encode(query: string, texts: readonly string[]): Promise<TokenPair[]> {
    const asked = await this.#tokensOf(query)
    const pairs: TokenPair[] = []
    for (const text of texts) pairs.push(this.#join(asked, await this.#tokensOf(text)))
    return pairs
  }

  async #tokensOf(text: string): Promise<number[]> {
    const encoding = await this.#tokenizer.encode(text, null, { addSpecialTokens: false })
    return encoding.getIds()
  }

  /** A pair that is too long loses the end of the longer part, down to half of the room; then of both. */
  #join(query: readonly number[], text: readonly number[]): TokenPair {
    const [before, between, after] = this.#template.ids
    const half = Math.floor(this.#room / 2)
    const asked = query.slice(0, Math.max(half, this.#room - text.length))
    const read = text.slice(0, this.#room - asked.length)
    const parts = [before, asked, between, read, after]
    const types = this.#template.types
    return {
      ids: parts.flat(),
      typeIds: parts.flatMap((part, i) => part.map(() => types[i] as number)),
      isCut: asked.length < query.length || read.length < text.length,
    }
  }
}

async function templateOf(tokenizer: Tokenizer): Promise<Template> {
  const encoding = await tokenizer.encode('a', 'b')
  const ids = encoding.getIds()
  const types = encoding.getTypeIds()
  const sequences = encoding.getSequenceIds()
  const [query, text] = [sequences.indexOf(0), sequences.indexOf(1)]
  const [queryEnd, textEnd] = [sequences.lastIndexOf(0) + 1, sequences.lastIndexOf(1) + 1]
  if (query === -1 || queryEnd > text) {
    throw new MemoryError(
      'BACKEND',
      'The tokenizer does not join a query and a text; take that of a cross-encoder.',
    )
  }
  const typeAt = (place: number): number => types[place] ?? 0
  return {
    ids: [ids.slice(0, query), ids.slice(queryEnd, text), ids.slice(textEnd)],
    types: [typeAt(0), typeAt(query), typeAt(queryEnd), typeAt(text), typeAt(textEnd)],
  }
}
