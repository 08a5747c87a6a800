import type { Memory, MemoryStats } from '@agentmem/core'
import { Writable } from 'node:stream'
import { exitCodes, scopeFrom, scopeOptions } from '../command.ts'
import type { Command } from '../command.ts'
import { formatBytes, formatCount, formatMemories } from '../terminal/format-numbers.ts'
import type { OpenedMemory } from '@agentmem/core/open'
import { printable } from '../terminal/terminal.ts'
import { withMemory } from '../with-memory.ts'

export const statsCommand: Command = {
  name: 'stats',
  summary: 'show what the store and the index hold',
  operands: { usage: '', least: 0, most: 0 },
  options: scopeOptions,
  details: [
    'The count is of all that the store holds. With --org, --user, --agent or --run the memories of that',
    'scope are counted too, by reading them.',
  ],
  examples: [
    ['agentmem stats', 'of ./agentmem.db'],
    ['agentmem stats --user ada --json', 'and how many are of ada'],
  ],
  async run(session) {
    const { args, terminal } = session
    return withMemory(session, { mustExist: true }, async ({ memory, urls }) => {
      const scope = scopeFrom(args)
      const scoped = Object.keys(scope).length > 0 || args.flag('org')
      const inScope = scoped ? await count(memory, scope) : undefined
      const stats = await memory.stats()
      const json = { urls, ...(inScope === undefined ? {} : { memoriesInScope: inScope }), ...stats }
      terminal.result(describe(stats, urls, inScope), json)
      return exitCodes.ok
    })
  },
}

/** Counts what an export of the scope would have: it reads a whole organization, where a list needs a user. */
async function count(memory: Memory, scope: ReturnType<typeof scopeFrom>): Promise<number> {
  let found = 0
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  await memory.exportTo(nowhere, { ...scope, vectors: false, onProgress: ({ done }) => (found = done) })
  return found
}

function describe(
  { store, index, embedder, follower }: MemoryStats,
  urls: OpenedMemory['urls'],
  inScope: number | undefined,
): string {
  const waiting =
    follower.tail === 0 ? 'up to date' : `${formatCount(follower.tail)} changes still to take in`
  const lines = [
    ['store', urls.store],
    ['', sizeOf(formatMemories(store.memories), store)],
    ...(inScope === undefined ? [] : [['', `${formatCount(inScope)} of them in the scope given`]]),
    ...(urls.index === undefined
      ? [['search', 'by words alone: no index, no embedder']]
      : [
          ['index', urls.index],
          ['', `${sizeOf(`${formatCount(index.vectors)} vectors`, index)}, ${waiting}`],
          ...(follower.lastError === undefined ? [] : [['', `last error: ${follower.lastError}`]]),
          ['embedder', embedder.model],
          ['', `${embedder.dimensions} dimensions`],
        ]),
  ]
  return printable(lines.map(([label = '', fact = '']) => `${label.padEnd(10)}${fact}`).join('\n'))
}

function sizeOf(count: string, { bytesOnDisk }: Pick<MemoryStats['store'], 'bytesOnDisk'>): string {
  return bytesOnDisk !== undefined ? `${count}, ${formatBytes(bytesOnDisk)} on disk` : count
}
