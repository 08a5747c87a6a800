// Puts items until it is killed, and prints the number of each that was acknowledged.
import { writeSync } from 'node:fs'
import { HashEmbedder, Memory } from '@agentmem/core'
import { openUsearchIndex } from '@agentmem/usearch'
import { AgentmemStore } from '@agentmem/langgraph'
import { openSqliteStore } from '@agentmem/sqlite'

const [path = ''] = process.argv.slice(2)
const memory = await Memory.open({
  store: await openSqliteStore({ path: `${path}.db` }),
  index: await openUsearchIndex({ path: `${path}.usearch`, dimensions: 64 }),
  embedder: new HashEmbedder({ dimensions: 64 }),
})
const store = new AgentmemStore(memory.scope({ agentId: 'langgraph' }), { fields: ['text'] })
for (let n = 0; ; n++) {
  await store.put(['users', 'ada'], `k${n}`, { text: `note ${n} about the green harbour`, n })
  writeSync(1, `${n}\n`)
}
