import type { CallOptions } from './log.ts'
import type { MemoryRecord, Scope } from './record.ts'

/** What the log says of a memory's words: all that a ranking of texts knows about it. */
export interface TextEntry {
  readonly id: string
  readonly scope: Scope
  readonly content: string
  /** UTC milliseconds since 1970. */
  readonly createdAt: number
  /** Its place in the call or file that brought it, from 0: memories of one time keep their order by it. */
  readonly place: number
  /** Who said it; null where that is not known. */
  readonly actorId: string | null
  /** Who made it. What a model made of others is no turn: it stands beside none, and changes nothing for those that do. */
  readonly origin: MemoryRecord['origin']
}

/** A batch of the log with texts. Each id occurs in it at most once; applying it twice changes nothing more. */
export interface TextPage {
  readonly upserts: readonly TextEntry[]
  readonly deletes: readonly string[]
  /** The position in the log up to which this batch has told everything. */
  readonly cursor: number
  /** True when it reaches the end that the log had when it was read. */
  readonly done: boolean
}

/** How much each part of the ranking of texts counts; 0 turns it off. */
export interface TextWeights {
  /** Scales what the texts beside a text in its run pass on to it. Default 1. */
  readonly near: number
  /** The factor of a question before its answer, whatever else it passes on. Default 2; 1 turns it off. */
  readonly answer: number
  /** The words of the whole run. Default 0.15. */
  readonly run: number
  /** The query names who said it. Default 0.3. */
  readonly actor: number
  /** The query names a time at or shortly before which it was said. Default 1.2. */
  readonly date: number
  /** The share that a text which asks loses. Default 0.1. */
  readonly asks: number
}

/** A question to a `TextIndex`. */
export interface TextQuery {
  readonly query: string
  /** The most matches to return. */
  readonly k: number
  readonly scope: Scope
  /** Memories to rank as well, whether or not they are among the matches: for those that vectors alone found. */
  readonly ids?: readonly string[] | undefined
  /** Whether the texts beside a text and the run as a whole count. Default true. */
  readonly context?: boolean | undefined
  /** What 'yesterday' is counted from, in UTC milliseconds. Default: words like it name no date. */
  readonly now?: number | undefined
  readonly weights?: Partial<TextWeights> | undefined
  /** The greatest coverage that a text must have for the query to find anything at all, 0 to 1. Default 0. */
  readonly minCoverage?: number | undefined
}

/** The parts of a score, each 0 to 1 and before its weight. */
export interface TextParts {
  /** The words of the text and of those beside it, over the best of the query. */
  readonly text: number
  /** The words of its whole run, over the best run of the query. */
  readonly run: number
  /** 1 when the query names who said it. */
  readonly actor: number
  /** How near it is to the time that the query names. */
  readonly date: number
  /** Whether it asks. */
  readonly asks: boolean
}

export interface TextMatch {
  readonly id: string
  /** The weighted sum of its parts over the greatest that this query could give: 0 to 1. */
  readonly score: number
  /**
   * The share of the query's own words that the text itself holds, rare words counting more: 0 to 1, comparable
   * between queries. 0 where only the texts beside it match.
   */
  readonly coverage: number
  readonly parts: TextParts
}

/** What a query found in a scope. */
export interface TextAnswer {
  /** Best first, equal scores in ascending order of id. */
  readonly matches: readonly TextMatch[]
  /** Aligned with `TextQuery.ids`: undefined where the scope has no such text. */
  readonly ranked: readonly (TextMatch | undefined)[]
  /** Whether the query names a date, and someone who said a text of the scope: such a part counts in every score. */
  readonly names: { readonly date: boolean; readonly actor: boolean }
  /** False when no text reaches `minCoverage`: there are no matches then. */
  readonly isCovered: boolean
  /** True when the scope has more texts than may be held: the newest alone were ranked. */
  readonly isPartial: boolean
}

export interface TextSearchOptions extends CallOptions {
  /** A position in the log that is known to be its end, or past the end that it had when the call began. */
  readonly upTo?: number | undefined
}

/** The texts that stand before and after a text in its run, in their order. */
export interface TextNeighbours {
  readonly before: readonly string[]
  readonly after: readonly string[]
}

/**
 * Ranks the texts of a scope by the words of a query. Like a `VectorIndex` it follows a Store's change log, and may be
 * dropped and read again at any time. An implementation may assume that its arguments have been checked.
 */
export interface TextIndex {
  /** Returns one answer for each query. It knows every write that was acknowledged before the call. */
  search(queries: readonly TextQuery[], options?: TextSearchOptions): Promise<TextAnswer[]>
  /** Returns the ids of at most `count` texts on either side of each of these, aligned; none for ids it has not. */
  neighbours(
    scope: Scope,
    ids: readonly string[],
    count: number,
    options?: TextSearchOptions,
  ): Promise<TextNeighbours[]>
}
