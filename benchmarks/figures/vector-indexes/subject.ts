import type { VectorIndex } from '@agentmem/core'

import { indexes } from '../../opening/backends.ts'
import { makePlace } from '../../opening/own-place.ts'
import type { OwnPlace } from '../../opening/own-place.ts'
import type { StartedServers } from '../../opening/start-servers.ts'

/** Of every vector that is measured here. */
export const dimensions = 384

/** An index that is measured. */
export interface Subject {
  readonly name: string
  /** An empty folder, with a database on the server where the index uses one. */
  readonly makePlace: () => Promise<OwnPlace>
  /** The index at that place: a new one, or the one that was left there. */
  readonly open: (place: OwnPlace) => Promise<VectorIndex>
}

/** The indexes of these names, each with further options of its own package. Throws on a name that is not known. */
export function subjectsOf(names: readonly string[], tuning: object, servers: StartedServers): Subject[] {
  return names.map(name => {
    const row = indexes[name]
    if (!row) throw new Error(`There is no index '${name}'; there are ${Object.keys(indexes).join(', ')}.`)
    return {
      name,
      makePlace: () => makePlace(row.server === undefined ? [] : [row.server], servers.urls),
      open: place => row.open(place, dimensions, tuning),
    }
  })
}

/** The subjects of a round: every other round begins with the last, so that what wears on falls on all alike. */
export function inTurn<T>(subjects: readonly T[], round: number): readonly T[] {
  return round % 2 === 0 ? subjects : subjects.toReversed()
}
