import type { Random } from '@agentmem/conformance'
import type { Place } from '../opening/place.ts'
import type { Tally } from './figures.ts'

/** What a fault is given. */
export interface Torture {
  readonly random: Random
  readonly tally: Tally
  /** How much of it: 1 is the short form of the tests, 20 is the long one. */
  readonly scale: number
  /** Servers that run, by name. */
  readonly urls: Place['urls']
  /** A line on the screen, of what is being done. */
  readonly say: (what: string) => void
}

/** One kind of thing that goes wrong, done again and again at random moments. Throws only where it cannot be done here. */
export type Fault = (torture: Torture) => Promise<void>
