// Erases a user: the memories, also those that have expired, and their history.
import { openMemory } from '@agentmem/core/open'

await using memory = await openMemory({ store: 'sqlite:./erase.db' })
await memory.addBatch(['Ada drinks tea', 'Ada lives in Porto'], { userId: 'ada' })
await memory.add('Bob likes chess', { userId: 'bob' })

console.log(await memory.deleteAll({ userId: 'ada' }, { purgeHistory: true }), 'memories erased')

const { results } = await memory.scopes({ by: 'userId' })
console.log('left:', results.map(({ value }) => value).join(', '))
