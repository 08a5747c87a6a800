import type { Store } from '@agentmem/core/adapter'
import { openSqliteStore } from '@agentmem/sqlite'

/** Opens a Store whose `put` acknowledges what it has not written yet, and loses some of it. */
export async function openHastyStore(options: { path: string }): Promise<Store> {
  const store = await openSqliteStore(options)
  let puts = 0
  const put: Store['put'] = async records => {
    if (++puts % 10 !== 0) setTimeout(() => void store.put(records).catch(() => undefined), 30)
    return { duplicates: new Map() }
  }
  return new Proxy(store, {
    get(target, name) {
      if (name === 'put') return put
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
