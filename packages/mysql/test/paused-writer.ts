// A process that stops itself right before it sends the commit of its second put: `node paused-writer.ts URL`.
// When it is let go on, it ends with 0 if that put was done after all.
import { writeSync } from 'node:fs'
import { silentProxy, storedRecord } from '@agentmem/conformance'
import { openMysqlStore } from '@agentmem/mysql'

const proxy = await silentProxy(process.argv[2] ?? '')
const store = await openMysqlStore({ url: proxy.url })
await store.put([storedRecord(1)])
let isPaused = false
proxy.onSent = sent => {
  if (isPaused || sent.subarray(5).toString() !== 'commit') return 'pass'
  isPaused = true
  writeSync(1, 'paused\n')
  process.kill(process.pid, 'SIGSTOP')
  return 'pass'
}
await store.put([storedRecord(2)])
await store.close()
await proxy.close()
