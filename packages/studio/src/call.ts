import type { Memory } from '@agentmem/core'
import type { About } from './answers.ts'
import type { Input } from './read-input.ts'

/** What a call works with. */
export interface Setting {
  readonly memory: Memory
  readonly about: About
}

/** One thing that the page asks for. */
export interface Call {
  /** Whether it changes memories, which a studio that is read-only refuses. */
  readonly writes: boolean
  /** The names that its input may have. */
  readonly keys: readonly string[]
  /** The Memory checks the values. Throws what its call throws. */
  readonly run: (setting: Setting, input: Input, signal: AbortSignal) => Promise<unknown>
}
