import { Memory } from '@agentmem/core'
import type * as shapes from './mem0-shapes.ts'

/** Opens the Memory when it is first asked for, or takes one that is open. Every caller gets the same. */
export class OpenOnce {
  readonly extract: shapes.MemoryConfig['extract']
  readonly #open: () => Promise<Memory>
  #memory: Promise<Memory> | undefined

  constructor(config: shapes.MemoryConfig | shapes.OpenMemoryConfig) {
    const { extract, ...options } = config
    this.extract = extract
    this.#open = async () =>
      'memory' in options
        ? typeof options.memory === 'function'
          ? options.memory()
          : options.memory
        : // mem0 keeps the facts alone.
          Memory.open({ ...options, infer: { messages: 'discard', ...options.infer } })
  }

  memory(): Promise<Memory> {
    // What could not be opened is tried again by the next call.
    this.#memory ??= this.#open().catch((error: unknown) => {
      this.#memory = undefined
      throw error
    })
    return this.#memory
  }

  /** Closes the Memory where it was opened. */
  async close(): Promise<void> {
    await (await this.#memory)?.close()
  }
}
