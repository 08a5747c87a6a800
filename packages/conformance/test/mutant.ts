import type { Wrong } from './harnesses.ts'

/** A part with one fault, and the case that must find it. */
export interface Mutant<Part> extends Wrong<Part> {
  /** What it does wrong, as the end of 'a store that ...'. */
  readonly fault: string
  readonly group: string
  /** The name of the case, or how it begins. */
  readonly fails: string
}
