import { checkArray, checkOptions, checkPlainObject, checkText, invalid } from '../checks/check-values.ts'
import { MemoryError } from '../contracts/errors.ts'
import type {
  ClusterSet,
  DecisionSet,
  ExtractedFact,
  Extractor,
  FactDecision,
  Insight,
  MessageWindow,
  Outcome,
} from '../contracts/extractor.ts'
import type { SubmitOptions } from '../contracts/language-model.ts'
import type { CallOptions } from '../contracts/log.ts'
import { show } from '../contracts/show-value.ts'
import { untilAborted } from '../contracts/until-aborted.ts'
import { Lifecycle } from './lifecycle.ts'
import { concernsAll, isUsage } from './model-outcome.ts'
import { onlyMemoryErrors } from './only-memory-errors.ts'

const guarded = new WeakSet<Extractor>()

/**
 * The same Extractor behind checks of lifecycle and of the form of its outcomes: one an element, with a list where it came to
 * its end. What is no outcome, and what it throws, becomes an error of that element: `ABORTED` and `CLOSED` alone are thrown. What
 * the lists hold is not looked at: a Memory believes nothing of it. Guarding twice changes nothing.
 */
export function guardExtractor(extractor: Extractor): Extractor {
  if (guarded.has(extractor)) return extractor
  const guard = new GuardedExtractor(extractor)
  guarded.add(guard)
  return guard
}

type Call<Element, Answer> = (
  elements: readonly Element[],
  options?: CallOptions,
) => Promise<Outcome<Answer>[]>

class GuardedExtractor implements Extractor {
  readonly #extractor: Extractor
  readonly #life: Lifecycle

  constructor(extractor: Extractor) {
    const { name } = extractor
    if (typeof name !== 'string' || name === '' || name.length > 255)
      throw invalid(`An extractor needs a name of 1 to 255 characters; it has ${show(name)}.`)
    this.#extractor = extractor
    this.#life = new Lifecycle(`The extractor ${name}`, { forgetsGivenUp: true })
  }

  get name(): string {
    return this.#extractor.name
  }
  get types(): readonly string[] | undefined {
    return this.#extractor.types
  }
  get asksModel(): boolean {
    return this.#extractor.asksModel ?? true
  }

  countTokens(text: string): number {
    const tokens = this.#extractor.countTokens(text)
    if (Number.isFinite(tokens) && tokens >= 0) return Math.ceil(tokens)
    throw new MemoryError('BACKEND', `The extractor ${this.name} counts ${show(tokens)} tokens for a text.`)
  }

  async extract(
    windows: readonly MessageWindow[],
    options: CallOptions = {},
  ): Promise<Outcome<{ readonly facts: readonly ExtractedFact[] }>[]> {
    return this.#ask('extract', 'facts', windows, options, this.#extractor.extract.bind(this.#extractor))
  }

  async decide(
    sets: readonly DecisionSet[],
    options: CallOptions = {},
  ): Promise<Outcome<{ readonly decisions: readonly FactDecision[] }>[]> {
    return this.#ask('decide', 'decisions', sets, options, this.#extractor.decide.bind(this.#extractor))
  }

  async consolidate(
    sets: readonly ClusterSet[],
    options: CallOptions = {},
  ): Promise<Outcome<{ readonly insights: readonly Insight[] }>[]> {
    const consolidate = this.#extractor.consolidate?.bind(this.#extractor)
    if (!consolidate)
      throw new MemoryError('UNSUPPORTED', `The extractor ${this.name} draws no insights from facts.`)
    return this.#ask('consolidate', 'insights', sets, options, consolidate)
  }

  async submit(windows: readonly MessageWindow[], options: SubmitOptions = {}): Promise<string> {
    checkOptions(options, ['key'])
    if (options.key !== undefined) checkText(options.key, 'key', 255)
    for (const window of checkArray(windows, 'windows')) checkPlainObject(window, 'a window')
    if (windows.length === 0) throw invalid('windows is empty; there is nothing to hand in.')
    const { submit } = this.#deferred()
    const work = async (): Promise<string> => {
      const ticket: unknown = await untilAborted(submit(windows, options), options.signal)
      if (typeof ticket === 'string' && ticket !== '') return ticket
      throw this.#wrong(`the ticket ${show(ticket)}`)
    }
    return this.#life.run('submit', work, options.signal)
  }

  async collect(
    ticket: string,
    options: CallOptions = {},
  ): Promise<Outcome<{ readonly facts: readonly ExtractedFact[] }>[] | undefined> {
    checkOptions(options)
    checkText(ticket, 'ticket', 4_096)
    const { collect } = this.#deferred()
    const work = async (): Promise<Outcome<{ readonly facts: readonly ExtractedFact[] }>[] | undefined> => {
      const outcomes: unknown = await untilAborted(collect(ticket, options), options.signal)
      if (outcomes === undefined) return undefined
      if (!Array.isArray(outcomes)) throw this.#wrong(`${show(outcomes)} for a ticket`)
      return outcomes.map(outcome => this.#checked(outcome, 'facts'))
    }
    return this.#life.run('collect', work, options.signal)
  }

  #deferred(): Required<Pick<Extractor, 'submit' | 'collect'>> {
    const submit = this.#extractor.submit?.bind(this.#extractor)
    const collect = this.#extractor.collect?.bind(this.#extractor)
    if (submit && collect) return { submit, collect }
    throw new MemoryError(
      'UNSUPPORTED',
      `The extractor ${this.name} takes no deferred work; leave deferred out, or ask by extract.`,
    )
  }

  async #ask<Element, Answer>(
    doing: string,
    list: string,
    elements: readonly Element[],
    options: CallOptions,
    call: Call<Element, Answer>,
  ): Promise<Outcome<Answer>[]> {
    checkOptions(options)
    for (const element of checkArray(elements, 'the elements')) checkPlainObject(element, 'an element')
    const work = async (): Promise<Outcome<Answer>[]> => {
      if (elements.length === 0) return []
      try {
        const outcomes: unknown = await untilAborted(call(elements, options), options.signal)
        if (!Array.isArray(outcomes) || outcomes.length !== elements.length) {
          const count = Array.isArray(outcomes) ? outcomes.length : 'no'
          throw this.#wrong(`${count} outcomes of ${doing} for ${elements.length} elements`)
        }
        return outcomes.map(outcome => this.#checked<Answer>(outcome, list))
      } catch (thrown) {
        const error = MemoryError.from(thrown, `The extractor ${this.name}: ${doing} failed`)
        if (concernsAll(error)) throw error
        return elements.map(() => ({ error }))
      }
    }
    return this.#life.run(doing, work, options.signal)
  }

  #checked<Answer>(outcome: unknown, list: string): Outcome<Answer> {
    const { finish, usage, unread, error, [list]: items } = Object(outcome) as Record<string, unknown>
    if (MemoryError.is(error)) return { error }
    const isWhole = finish === 'stop' && Array.isArray(items) && Number.isSafeInteger(unread)
    const isKnown = isWhole || finish === 'cut' || finish === 'refused' || finish === 'unreadable'
    if (isKnown && isUsage(usage)) return outcome as Outcome<Answer>
    return { error: this.#wrong(`${show(outcome)}, where an outcome with ${list} is expected`) }
  }

  #wrong(what: string): MemoryError {
    return new MemoryError('BACKEND', `The extractor ${this.name} returned ${what}.`)
  }

  close(): Promise<void> {
    return this.#life.close(() => this.#extractor.close())
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

onlyMemoryErrors(GuardedExtractor.prototype, 'Extractor')
