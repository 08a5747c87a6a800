import type { PeerUse } from './peer.ts'

export interface PeerTask {
  /** The place of a use in the list of all; without it, the list is asked for. */
  readonly use?: number
  readonly sizes: readonly number[]
  readonly postgresUrl: string | undefined
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

export type PeerUseInfo = Omit<PeerUse, 'open'>

export type PeerAnswer =
  | { readonly uses: readonly PeerUseInfo[] }
  | { readonly samples: readonly PeerSamples[] }
  | { readonly error: string }
