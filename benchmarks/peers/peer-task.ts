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
  readonly embedCalls: number
  readonly statements?: number
}

export type PeerAnswer =
  | { readonly uses: readonly Omit<PeerUse, 'open'>[] }
  | { readonly samples: readonly PeerSamples[] }
  | { readonly error: string }
