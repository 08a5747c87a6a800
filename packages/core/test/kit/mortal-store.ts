import type { Store } from '../../src/contracts/store.ts'

/** A process's connection to a Store, which ends when the process is killed. */
export interface MortalStore {
  readonly store: Store
  /** From now on every call fails, so that whoever uses it can do nothing more. */
  readonly kill: () => void
}

export function mortalStore(store: Store): MortalStore {
  let isDead = false
  return {
    store: new Proxy(store, {
      get(target, name): unknown {
        const value: unknown = Reflect.get(target, name, target)
        if (typeof value !== 'function') return value
        return isDead ? () => Promise.reject(new Error('killed')) : value.bind(target)
      },
    }),
    kill: () => {
      isDead = true
    },
  }
}
