import { Memory } from '@agentmem/core'
import type { Embedder, Progress, ReembedResult, Store } from '@agentmem/core'
import { exitCodes } from '../command.ts'
import type { Command, Session } from '../command.ts'
import { formatCount, formatMemories } from '../terminal/format-numbers.ts'
import { usageError } from '../usage-error.ts'
import { withMemory } from '../with-memory.ts'

export const reembedCommand: Command = {
  name: 'reembed',
  summary: 'move the store to another embedding model',
  operands: { usage: '', least: 0, most: 0 },
  options: { 'batch-size': { value: 'N', about: "texts embedded at a time; default: the embedder's own" } },
  details: [
    'Gives every memory, of all organizations, the vector that the model of --embedder computes for its text.',
    'A store of text alone gets vectors so. Without --embedder, vectors of an older hash embedder are renewed.',
    'Other processes work with the old vectors until all new ones are there. Then the store switches to the new',
    'model at once, those processes get an error that asks them to open it with that model, and the index is',
    'filled again. If the command is stopped or killed, run it again to continue.',
  ],
  examples: [
    ['agentmem reembed --embedder fastembed:bge-small-en-v1.5', 'a store of text alone gets vectors'],
  ],
  run(session) {
    let moved: ReembedResult = { memories: 0, embedded: 0 }
    const prepare = async (store: Store, embedder: Embedder | undefined): Promise<void> => {
      if (!embedder) throw usageError('reembed needs --embedder, to say which model makes the vectors.')
      moved = await move(store, embedder, session)
    }
    return withMemory(session, { mustExist: true, prepare }, async ({ memory }) => {
      const { terminal, signal } = session
      await watched(session, 'indexing', 'vectors', onProgress => memory.optimize({ signal, onProgress }))
      const { model } = (await memory.stats()).embedder
      terminal.result(describe(model, moved), { model, ...moved })
      return exitCodes.ok
    })
  },
}

function move(store: Store, embedder: Embedder, session: Session): Promise<ReembedResult> {
  const { args, signal } = session
  const batchSize = args.count('batch-size', 10_000)
  return watched(session, 'embedding', 'memories', onProgress =>
    Memory.reembed({ store, embedder, batchSize, signal, onProgress }),
  )
}

async function watched<Result>(
  { terminal }: Session,
  label: string,
  unit: string,
  work: (onProgress: (progress: Progress) => void) => Promise<Result>,
): Promise<Result> {
  const bar = terminal.progress(label, unit)
  try {
    return await work(({ done, total = done }) => bar.update({ done, share: total === 0 ? 1 : done / total }))
  } finally {
    bar.end()
  }
}

function describe(model: string, { memories, embedded }: ReembedResult): string {
  if (memories === 0) return `the store holds vectors of ${model}; nothing was to be embedded`
  return `${formatMemories(memories)} moved to ${model}, ${formatCount(embedded)} texts were embedded for it`
}
