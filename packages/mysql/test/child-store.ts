// A process of its own that works on a Store: `node child-store.ts <url>`.
import { workOnStore } from '@agentmem/conformance'
import { openMysqlStore } from '@agentmem/mysql'

const [url = ''] = process.argv.slice(2)
await workOnStore(() => openMysqlStore({ url }))
