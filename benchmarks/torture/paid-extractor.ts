import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { RuleExtractor } from '@agentmem/core'
import type {
  CallOptions,
  DecisionSet,
  ExtractedFact,
  Extractor,
  FactDecision,
  MessageWindow,
  Outcome,
} from '@agentmem/core/adapter'

/** What is told of messages, by their texts. */
export interface Paid {
  /** An answer about them was paid for. */
  readonly paid?: readonly string[]
  /** The same, by a job that is paid for once, however often it is handed in. */
  readonly handedIn?: readonly string[]
  /** What was paid for is written down: it is about to be stored. */
  readonly kept?: readonly string[]
}

type Facts = Outcome<{ readonly facts: readonly ExtractedFact[] }>[]

/**
 * Makes facts by rules, as if each answer about a window were paid for, and tells which messages were paid for. Deferred jobs
 * lie in a folder, as they do with a provider, whatever becomes of those who hand them in.
 */
export class PaidExtractor implements Extractor {
  readonly name = 'paid-rules-1'
  readonly #rules = new RuleExtractor()
  readonly #folder: string
  readonly #tell: (line: Paid) => void

  constructor(folder: string, tell: (line: Paid) => void) {
    this.#folder = folder
    this.#tell = tell
  }

  countTokens(text: string): number {
    return this.#rules.countTokens(text)
  }

  async extract(windows: readonly MessageWindow[], options?: CallOptions): Promise<Facts> {
    await setTimeout(2)
    const facts = await this.#rules.extract(windows, options)
    this.#tell({ paid: textsOf(windows) })
    return facts
  }

  decide(
    sets: readonly DecisionSet[],
    options?: CallOptions,
  ): Promise<Outcome<{ readonly decisions: readonly FactDecision[] }>[]> {
    return this.#rules.decide(sets, options)
  }

  /** A job that was handed in already, by its key, is paid for once. */
  async submit(
    windows: readonly MessageWindow[],
    { key = '' }: { readonly key?: string } = {},
  ): Promise<string> {
    const path = join(this.#folder, `${Buffer.from(key).toString('hex').slice(0, 200)}.job`)
    if (existsSync(path)) return path
    writeFileSync(`${path}.new`, JSON.stringify(windows))
    renameSync(`${path}.new`, path)
    this.#tell({ handedIn: textsOf(windows) })
    // So that some are killed before its ticket is known.
    await setTimeout(2)
    return path
  }

  async collect(ticket: string, options?: CallOptions): Promise<Facts> {
    const windows = JSON.parse(readFileSync(ticket, 'utf8')) as MessageWindow[]
    return this.#rules.extract(windows, options)
  }

  async close(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {}
}

function textsOf(windows: readonly MessageWindow[]): string[] {
  return windows.flatMap(({ messages }) => messages.map(({ text }) => text))
}
