// A process of its own that works on a Store: `node child-store.ts <path> [hasty]`. A hasty one acknowledges what it
// has not written yet, and loses some of it.
import { workOnStore } from '@agentmem/conformance'
import type { Store } from '@agentmem/core/adapter'
import { openSqliteStore } from '@agentmem/sqlite'

const [path = '', mode] = process.argv.slice(2)
let puts = 0

async function openHastily(): Promise<Store> {
  const store = await openSqliteStore({ path })
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

await workOnStore(mode === 'hasty' ? openHastily : () => openSqliteStore({ path }))
