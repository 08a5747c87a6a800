// A process of its own that works on a Store: `node child-store.ts <url> <schema>`.
import { workOnStore } from '@agentmem/conformance'
import { openPostgresStore } from '@agentmem/postgres'

const [url = '', schema = ''] = process.argv.slice(2)
await workOnStore(() => openPostgresStore({ url, schema }))
