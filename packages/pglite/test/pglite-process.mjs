// Opens the Store of a folder, prints what comes of it, writes two memories, and stays until it is killed.
import { storedRecords } from '@agentmem/conformance'
import { openPgliteStore } from '@agentmem/pglite'

try {
  const store = await openPgliteStore({ path: process.argv[2] })
  await store.put(storedRecords(2))
  console.log('opened')
  process.stdin.resume()
} catch ({ code, message }) {
  console.log(JSON.stringify({ code, message }))
}
