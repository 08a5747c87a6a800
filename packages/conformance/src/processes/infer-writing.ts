import type { Opening } from './opening.ts'

/** What a process of `inferKillCases` opens, and who it is. */
export interface InferWriting extends Opening {
  /** Its name, as `start` of `inferKillCases` gets it. */
  readonly writer: string
}
