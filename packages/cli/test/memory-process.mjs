// A process that works with a memory: it adds numbered batches, searches for what it was told that others have
// added, and says what came of it. `node memory-process.mjs <name> <store URL> <index URL>`, spoken to by messages.
import { openMemory } from '@agentmem/core/open'

const [name, store, index] = process.argv.slice(2)
const batchSize = 5
// A short lease, so that a killed process is soon relieved; small flushes, so that there are many.
const follower = { flushSize: 50, flushAfterMs: 20, tailLimit: 500, leaseMs: 500 }
const memory = await openMemory({ store, index, follower })

/** Contents that were acknowledged to any process. */
const known = []
let pause = new AbortController()
let writing = Promise.resolve()

const tell = message => new Promise(resolve => process.send(message, undefined, undefined, resolve))

/** Those of the contents that a search for them does not find, by its vector or by its words. */
async function missingOf(contents) {
  const missing = []
  for (const mode of ['vector', 'text']) {
    const queries = contents.map(content => ({
      query: content,
      userId: 'ana',
      topK: 3,
      mode,
      context: false,
    }))
    const answers = await memory.searchBatch(queries)
    const found = i => answers[i].results.some(({ memory }) => memory === contents[i])
    missing.push(...contents.filter((_, i) => !found(i)).map(content => `${content} by ${mode}`))
  }
  return missing
}

async function write(first) {
  for (let batch = first; !pause.signal.aborted; batch++) {
    const contents = Array.from({ length: batchSize }, (_, item) => `${name} batch${batch} item${item}`)
    await memory.addBatch(contents, { userId: 'ana' })
    known.push(...contents)
    await tell({ added: contents })
    const sample = Array.from({ length: 3 }, () => known[Math.floor(Math.random() * known.length)])
    const missing = await missingOf(sample)
    if (missing.length > 0) await tell({ missing })
  }
}

const answers = {
  write({ first }) {
    pause = new AbortController()
    writing = write(first)
  },
  know: ({ contents }) => void known.push(...contents),
  async pause() {
    pause.abort()
    await writing
    await tell({ paused: true })
  },
  async find({ contents }) {
    await tell({ searched: contents.length, missing: await missingOf(contents) })
  },
  async rank({ queries }) {
    const answers = await memory.searchBatch(
      queries.map(query => ({ query, userId: 'ana', topK: 50, mode: 'text' })),
    )
    await tell({ ranked: answers.map(({ results }) => results.map(({ id, score }) => [id, score])) })
  },
  async close() {
    await memory.close()
    await tell({ closed: true })
    process.disconnect()
  },
}

process.on('message', message => {
  Promise.resolve(answers[message.do](message)).catch(error => {
    console.error(error)
    process.exit(1)
  })
})
await tell({ open: true })
