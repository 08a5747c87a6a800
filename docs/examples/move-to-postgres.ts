// Moves a memory from SQLite to PostgreSQL, with its history. Started again after an interruption, it goes on.
import { openMemory } from '@agentmem/core/open'

await using from = await openMemory({ store: 'sqlite:./memories.db', mustExist: true })
await using to = await openMemory({ store: process.env['DATABASE_URL'] })
console.log(await from.copyTo(to, { history: true }))
