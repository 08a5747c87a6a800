import type {
  ClusterSet,
  DecisionSet,
  ExtractedFact,
  Extractor,
  FactDecision,
  Insight,
  MessageWindow,
  Outcome,
} from '../../src/contracts/extractor.ts'

type Facts = Outcome<{ readonly facts: readonly ExtractedFact[] }>
type Decisions = Outcome<{ readonly decisions: readonly FactDecision[] }>
type Insights = Outcome<{ readonly insights: readonly Insight[] }>
const usage = { input: 100, output: 10 }

/** An answer that came to its end. */
export function saying(facts: readonly unknown[], unread = 0): Facts {
  return { finish: 'stop', facts: facts as readonly ExtractedFact[], unread, usage }
}

export function deciding(decisions: readonly unknown[]): Decisions {
  return { finish: 'stop', decisions: decisions as readonly FactDecision[], unread: 0, usage }
}

export function concluding(insights: readonly unknown[]): Insights {
  return { finish: 'stop', insights: insights as readonly Insight[], unread: 0, usage }
}

export const cut = { finish: 'cut', usage } as const
export const refused = { finish: 'refused', usage } as const
export const unreadable = { finish: 'unreadable', usage } as const

/** Each message as a fact, word for word. */
export function verbatim({ messages }: MessageWindow): Facts {
  return saying(messages.map(({ n, text }) => ({ text, sources: [n] })))
}

/** An Extractor that answers as the test says; by default each message is a fact, and nothing is the same. */
export class FakeExtractor implements Extractor {
  readonly name = 'fake-1'
  readonly windows: MessageWindow[] = []
  readonly sets: DecisionSet[] = []
  readonly clusters: ClusterSet[] = []
  calls = 0
  /** Told at each call, before it is answered. */
  onCall: () => Promise<void> | void = () => undefined
  facts: (window: MessageWindow, call: number) => Facts = verbatim
  decisions: (set: DecisionSet, call: number) => Decisions = () => deciding([])
  insights: (set: ClusterSet, call: number) => Insights = () => concluding([])

  countTokens(text: string): number {
    return Math.ceil(text.length / 4)
  }

  async extract(windows: readonly MessageWindow[]): Promise<Facts[]> {
    if (windows.length > 0) await this.onCall()
    return windows.map(window => {
      this.windows.push(window)
      return this.facts(window, this.calls++)
    })
  }

  async decide(sets: readonly DecisionSet[]): Promise<Decisions[]> {
    if (sets.length > 0) await this.onCall()
    return sets.map(set => {
      this.sets.push(set)
      return this.decisions(set, this.calls++)
    })
  }

  async consolidate(sets: readonly ClusterSet[]): Promise<Insights[]> {
    if (sets.length > 0) await this.onCall()
    return sets.map(set => {
      this.clusters.push(set)
      return this.insights(set, this.calls++)
    })
  }

  async close(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {}
}
