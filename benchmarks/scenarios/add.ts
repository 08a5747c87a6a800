import type { Memory } from '@agentmem/core'

import type { Floor } from '../floors/floor.ts'
import { floor as floorName, pseudoBatch } from '../measured/strategy-names.ts'

/** Passes a call on; a measurement hands in one that also notes how long it took. */
export type Watch = <T>(call: () => Promise<T>) => Promise<T>

/** One way of adding a number of texts. */
export interface AddStrategy {
  readonly name: string
  /** What a reader needs to know to compare it. */
  readonly note: string
  /** Returns when all texts are acknowledged. Each call that is made goes through `watch`. */
  readonly add: (texts: readonly string[], watch?: Watch) => Promise<void>
}

const scope = { userId: 'user' }
const unwatched: Watch = call => call()

/** Each `add` is awaited before the next. */
export function oneByOne(memory: Memory): AddStrategy {
  return {
    name: 'one by one',
    note: 'await add() in a loop',
    add: async (texts, watch = unwatched) => {
      for (const text of texts) await watch(() => memory.add(text, scope))
    },
  }
}

/** All `add` calls are made at once, on a memory that may or may not gather them. */
export function allAtOnce(memory: Memory, name: string, note: string): AddStrategy {
  return {
    name,
    note,
    add: async (texts, watch = unwatched) => {
      await Promise.all(texts.map(text => watch(() => memory.add(text, scope))))
    },
  }
}

export function asBatch(memory: Memory): AddStrategy {
  return {
    name: 'addBatch',
    note: 'one call, one transaction',
    add: async (texts, watch = unwatched) => {
      await watch(() => memory.addBatch(texts, scope))
    },
  }
}

/** The batch of the system that was profiled: it only looks like one. */
export function asPseudoBatch(floor: Floor): AddStrategy {
  return {
    name: pseudoBatch,
    note: 'Promise.all; for each text an embed call and three transactions',
    add: async (texts, watch = unwatched) => {
      await Promise.all(texts.map(text => watch(() => floor.addInThreeWrites(text))))
    },
  }
}

/** What the database can do when nothing is in its way. */
export function asFloor(floor: Floor): AddStrategy {
  return {
    name: floorName,
    note: 'the database by hand: one embed call, one transaction',
    add: async (texts, watch = unwatched) => {
      await watch(() => floor.addBatch(texts))
    },
  }
}
