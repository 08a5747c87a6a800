import type { PeerUse } from './peer.ts'

/** What a process is asked for: which uses there are, or one job with one of them. */
export type PeerTask =
  | { readonly job: 'list' }
  | {
      /** 'add' and 'search' have places of their own. */
      readonly job: 'add' | 'search'
      /** The place of a use in the list of all. */
      readonly use: number
      readonly sizes: readonly number[]
      readonly postgresUrl: string | undefined
    }
  | {
      /** Adds to a folder until the process is killed, and tells each add that is acknowledged. */
      readonly job: 'fill'
      readonly use: number
      readonly folder: string
    }
  | {
      /** Counts which of the first texts are found in a folder. */
      readonly job: 'recount'
      readonly use: number
      readonly folder: string
      readonly acknowledged: number
    }

export interface PeerSamples {
  readonly size: number
  /** Milliseconds of each repetition. */
  readonly times: readonly number[]
  /** The same until the vectors are in the index as well. */
  readonly indexedTimes: readonly number[]
  /** Until indexed, of the last repetition; so are the statements. */
  readonly embedCalls: number
  readonly statements?: number
}

/** Searches for 10 among `size` memories that are all in the index. */
export interface PeerSearchSamples {
  readonly size: number
  /** Milliseconds of each search. */
  readonly times: readonly number[]
  /** The share of the 10 nearest by exact comparison that was among the 10 found. */
  readonly recall: number
  /** Of one search, where they can be counted. */
  readonly statements?: number
}

export type PeerUseInfo = Omit<PeerUse, 'open'>

export type PeerAnswer =
  | { readonly uses: readonly PeerUseInfo[] }
  | { readonly samples: readonly PeerSamples[] }
  | { readonly searches: readonly PeerSearchSamples[] }
  | { readonly found: number }
  | { readonly error: string }
