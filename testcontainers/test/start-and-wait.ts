// A process that starts a Redis of its own, says in which folder it is, and waits to be killed.
import { createClient } from '@redis/client'
import { startRedis } from '../src/start-redis.ts'

const server = await startRedis({ own: true })
const client = createClient({ url: server.url })
await client.connect()
console.log((await client.configGet('dir'))['dir'])
setInterval(() => undefined, 1_000)
