import type { Store } from '@agentmem/core/adapter'
import type { Mutant } from './mutant.ts'
import { overrideMethods } from './override-methods.ts'

type Overrides = (store: Store) => Partial<Store>

/** A Store with some methods that are wrong. */
export function mutant(group: string, fails: string, fault: string, overrides: Overrides): Mutant<Store> {
  return { group, fails, fault, mutate: store => overrideMethods(store, overrides(store)) }
}
