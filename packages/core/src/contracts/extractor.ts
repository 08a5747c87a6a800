import type { MemoryError } from './errors.ts'
import type { ModelUsage, SubmitOptions } from './language-model.ts'
import type { CallOptions } from './log.ts'
import type { Metadata } from './record.ts'

/** A message as an extractor sees it. */
export interface WindowMessage {
  /** Its number in the window, by which facts name it. */
  readonly n: number
  readonly text: string
  readonly role: string | null
  readonly actorId: string | null
  /** When it was said, in UTC milliseconds. */
  readonly at: number
}

/** Messages of one owner in order. Facts are made of `messages`; `context` stands before them, to be understood by. */
export interface MessageWindow {
  readonly context: readonly WindowMessage[]
  readonly messages: readonly WindowMessage[]
  /** Why the answer before this one could not be used. Undefined the first time. */
  readonly rejected?: readonly string[] | undefined
}

/** What an extractor says of a message. Believed in nothing: each field is checked. */
export interface ExtractedFact {
  readonly text: string
  /** Numbers of the messages that say it. */
  readonly sources: readonly number[]
  readonly type?: string | undefined
  /** When it holds, ISO 8601. */
  readonly when?: { readonly from: string | null; readonly to: string | null } | null | undefined
  /** 1, trivial, to 5. */
  readonly importance?: number | undefined
  readonly entities?: readonly string[] | undefined
  readonly relations?: readonly Triple[] | undefined
  /** Fields of the caller's own schema. */
  readonly fields?: Metadata | undefined
}

export interface Triple {
  readonly subject: string
  readonly predicate: string
  readonly object: string
}

/** A fact as it is shown to be compared. Times are UTC milliseconds. */
export interface ShownFact {
  readonly text: string
  readonly said: number
  /** Since when it holds; null where that was not said. */
  readonly from: number | null
}

/** New facts of one owner, each with the stored ones that are near it. At most 50. */
export interface DecisionSet {
  readonly cases: readonly {
    readonly n: number
    readonly fact: ShownFact
    readonly stored: readonly ShownFact[]
  }[]
  /** See `MessageWindow.rejected`. */
  readonly rejected?: readonly string[] | undefined
}

/** What is to become of a new fact. Believed in nothing. */
export interface FactDecision {
  /** The `n` of its case. */
  readonly fact: number
  /** Places in `stored` of facts that say all that it says. */
  readonly same?: readonly number[] | undefined
  /** Places in `stored` of facts in whose place it stands, and why. */
  readonly replaces?: readonly Replacement[] | undefined
}

export interface Replacement {
  readonly k: number
  /** 'changed': it held until now; 'detail': the new one says it too, and more; 'wrong': it never held. */
  readonly why: 'changed' | 'detail' | 'wrong'
}

/** Groups of facts of one owner that are about one thing. */
export interface ClusterSet {
  readonly clusters: readonly { readonly n: number; readonly facts: readonly ShownFact[] }[]
}

export interface Insight {
  /** The `n` of its cluster. */
  readonly cluster: number
  /** Places of the facts that it follows from. */
  readonly sources: readonly number[]
  readonly text: string
}

/**
 * What one element of a batch came to. 'stop': an answer, with how many of its items were no objects (`unread`). 'cut': it
 * was too long, and the window is to be halved. 'unreadable': it may be asked again, with the reasons. 'refused': it is not to
 * be asked again. `error`: the backend failed.
 */
export type Outcome<T> =
  | (T & { readonly finish: 'stop'; readonly unread: number; readonly usage: ModelUsage })
  | {
      readonly finish: 'cut' | 'refused' | 'unreadable'
      readonly usage: ModelUsage
      /** Why, for whoever is asked again. */
      readonly reason?: string | undefined
    }
  | { readonly error: MemoryError }

/**
 * Makes facts of messages, and says which stored ones they stand in the place of. It writes nothing: a Memory asks, checks
 * each answer, and decides. One can be written without a model. An implementation may assume that its arguments have been
 * checked. Each method is aligned with its input, one call of a model an element as a rule; it throws only what concerns all:
 * `ABORTED`, `CLOSED`.
 */
export interface Extractor extends AsyncDisposable {
  /** Who it is, and the version of its instructions: each fact that it made names it. 1 to 255 characters. */
  readonly name: string
  /** The types that facts may have. Default: episodic, semantic, preference, plan, procedural. */
  readonly types?: readonly string[] | undefined
  /** False: it asks no model, and no budget counts it. Default true. */
  readonly asksModel?: boolean | undefined
  /** How many tokens a text has, as its model counts them. */
  countTokens(text: string): number
  /** The facts of each window. */
  extract(
    windows: readonly MessageWindow[],
    options?: CallOptions,
  ): Promise<Outcome<{ readonly facts: readonly ExtractedFact[] }>[]>
  /** What becomes of the candidates of each set. */
  decide(
    sets: readonly DecisionSet[],
    options?: CallOptions,
  ): Promise<Outcome<{ readonly decisions: readonly FactDecision[] }>[]>
  /** What the facts of each cluster say together. Default: it makes nothing of them. */
  consolidate?(
    sets: readonly ClusterSet[],
    options?: CallOptions,
  ): Promise<Outcome<{ readonly insights: readonly Insight[] }>[]>
  /**
   * Hands windows in to be worked on later, for less: by a ticket any process collects what came of them. Windows that were handed
   * in under the same `key`, and did not fail, are not handed in again. Default: it takes no deferred work.
   */
  submit?(windows: readonly MessageWindow[], options?: SubmitOptions): Promise<string>
  /**
   * The outcomes of a ticket, as `extract` returns them, as often as it is asked; undefined until they are there. Throws
   * `NOT_FOUND` for a ticket of nothing. It comes with `submit`.
   */
  collect?(
    ticket: string,
    options?: CallOptions,
  ): Promise<Outcome<{ readonly facts: readonly ExtractedFact[] }>[] | undefined>
  close(): Promise<void>
}
