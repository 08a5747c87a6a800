// A process of its own that works on a Store: `node child-store.ts <task> <url> <name> <count>`.
import { storedRecords } from '@agentmem/conformance'
import { openMysqlStore } from '@agentmem/mysql'

const [task = '', url = '', name = '', count = '0'] = process.argv.slice(2)

/** Returns once the message is with the parent. */
function tell(message: number | string): Promise<unknown> {
  return new Promise(resolve => process.send?.(message, undefined, undefined, resolve))
}

/** `count` batches of ten records whose ids begin with `name`; each is told once it is acknowledged. */
async function write(): Promise<void> {
  await using store = await openMysqlStore({ url })
  const batches = Array.from({ length: Number(count) }, (_, batch) => async () => {
    await store.put(storedRecords(10, n => ({ id: `${name}-${batch}-${n}` })))
    await tell(batch)
  })
  // Two at a time, so that the processes and their own calls are in each other's way.
  const rest = batches.values()
  await Promise.all([workThrough(rest), workThrough(rest)])
}

async function workThrough(rest: Iterable<() => Promise<void>>): Promise<void> {
  for (const batch of rest) await batch()
}

/** Opens the database as soon as it is told to, so that several do it at once. */
async function open(): Promise<void> {
  const told = new Promise(resolve => process.once('message', resolve))
  await tell('ready')
  await told
  await using store = await openMysqlStore({ url })
  await tell((await store.stats()).memories)
}

await (task === 'write' ? write() : open())
process.disconnect()
