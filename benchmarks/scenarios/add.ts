import type { Memory } from '@agentmem/core'

/** One way of adding a number of texts; returns when all of them are acknowledged. */
export interface AddStrategy {
  readonly name: string
  /** What a reader needs to know to compare it. */
  readonly note: string
  readonly add: (texts: readonly string[]) => Promise<void>
}

const scope = { userId: 'user' }

/** Each `add` is awaited before the next. */
export function oneByOne(memory: Memory): AddStrategy {
  return {
    name: 'one by one',
    note: 'await add() in a loop',
    add: async texts => {
      for (const text of texts) await memory.add(text, scope)
    },
  }
}

/** All `add` calls are made at once, on a memory that may or may not gather them. */
export function allAtOnce(memory: Memory, name: string, note: string): AddStrategy {
  return {
    name,
    note,
    add: async texts => {
      await Promise.all(texts.map(text => memory.add(text, scope)))
    },
  }
}

export function asBatch(memory: Memory): AddStrategy {
  return {
    name: 'addBatch',
    note: 'one call, one transaction',
    add: async texts => {
      await memory.addBatch(texts, scope)
    },
  }
}
