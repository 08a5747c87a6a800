// A process of its own that works on a Store: `node child-store.ts <task> <url> <schema> <name> <count>`.
import { storedRecords } from '@agentmem/conformance'
import { openPostgresStore } from '@agentmem/postgres'

const [task = '', url = '', schema = '', name = '', count = '0'] = process.argv.slice(2)

/** Returns once the message is with the parent. */
function tell(message: number | string): Promise<unknown> {
  return new Promise(resolve => process.send?.(message, undefined, undefined, resolve))
}

/** `count` batches of ten records whose ids begin with `name`; each is told once it is acknowledged. */
async function write(): Promise<void> {
  await using store = await openPostgresStore({ url, schema })
  for (let batch = 0; batch < Number(count); batch++) {
    await store.put(storedRecords(10, n => ({ id: `${name}-${batch}-${n}` })))
    await tell(batch)
  }
}

/** Opens the schema as soon as it is told to, so that several do it at once. */
async function open(): Promise<void> {
  const told = new Promise(resolve => process.once('message', resolve))
  await tell('ready')
  await told
  await using store = await openPostgresStore({ url, schema })
  await tell((await store.stats()).memories)
}

await (task === 'write' ? write() : open())
process.disconnect()
