// A process of its own that works on a Store: `node child-store.ts <path>`.
import { workOnStore } from '@agentmem/conformance'
import { openSqliteStore } from '@agentmem/sqlite'

const [path = ''] = process.argv.slice(2)
await workOnStore(() => openSqliteStore({ path }))
