// A process of its own: `node child-memory.ts <task> <path>`.
import { ExactIndex, Memory } from '@agentmem/core'
import { MemoryError } from '@agentmem/core/adapter'
import { openSqliteStore } from '@agentmem/sqlite'
import { CountingEmbedder } from './counting-embedder.ts'

const [task = '', path = ''] = process.argv.slice(2)

function tell(message: object): Promise<unknown> {
  return new Promise(resolve => process.send?.(message, undefined, undefined, resolve))
}

/** Moves the Store to the model 'new', and tells how far it has come. */
async function reembed(): Promise<void> {
  await using store = await openSqliteStore({ path })
  const embedder = new CountingEmbedder('new', 48, 1)
  await Memory.reembed({ store, embedder, batchSize: 20, onProgress: progress => void tell(progress) })
  await tell({ ended: true })
}

/** Adds memories with the model 'old', and tells each that is acknowledged, until it is refused. */
async function add(): Promise<void> {
  const embedder = new CountingEmbedder('old', 32)
  const store = await openSqliteStore({ path })
  const memory = await Memory.open({ store, index: new ExactIndex(32), embedder })
  const refusals: unknown[] = []
  for (let n = 0; refusals.length === 0; n++) {
    try {
      await memory.add(`written beside it ${n}`, { userId: 'alice' })
      await tell({ added: `written beside it ${n}` })
    } catch (error) {
      refusals.push(MemoryError.is(error) ? error.code : error)
    }
  }
  await memory
    .search('anything', { userId: 'alice', mode: 'vector' })
    .catch((error: MemoryError) => refusals.push(error.code))
  await tell({ refusals })
  await memory.close({ flush: false })
}

await (task === 'reembed' ? reembed() : add())
process.disconnect()
