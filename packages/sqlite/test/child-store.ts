// A process of its own that works on a Store: `node child-store.ts <task> <path> <name> <count>`.
import { storedRecords } from '@agentmem/conformance'
import { openSqliteStore } from '@agentmem/sqlite'

const [task = '', path = '', name = '', count = '0'] = process.argv.slice(2)

/** `count` batches of ten records whose ids begin with `name`; each is told once it is acknowledged. */
async function write(): Promise<void> {
  await using store = await openSqliteStore({ path })
  for (let batch = 0; batch < Number(count); batch++) {
    await store.put(storedRecords(10, n => ({ id: `${name}-${batch}-${n}` })))
    process.send?.(batch)
  }
}

/** Opens the file as soon as it is told to, so that several do it at once. */
async function open(): Promise<void> {
  await new Promise(resolve => {
    process.once('message', resolve)
    process.send?.('ready')
  })
  await using store = await openSqliteStore({ path })
  process.send?.((await store.stats()).memories)
}

await (task === 'write' ? write() : open())
process.disconnect?.()
