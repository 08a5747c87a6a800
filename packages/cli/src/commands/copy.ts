import type { CopyResult, Memory } from '@agentmem/core'
import { openFromAddresses, redacted } from '@agentmem/core/open'
import { exitCodes, scopeFrom, scopeOptions } from '../command.ts'
import type { Command, Session } from '../command.ts'
import { formatCount, formatMemories } from '../terminal/format-numbers.ts'
import { withMemory } from '../with-memory.ts'

export const copyCommand: Command = {
  name: 'copy',
  summary: 'copy memories into another store',
  operands: { usage: 'URL', least: 1, most: 1 },
  options: {
    ...scopeOptions,
    history: { about: 'copy the history of each memory too; default: it begins with the copy' },
    'to-embedder': {
      value: 'MODEL',
      about: 'what makes the vectors there; default what that store holds, or none',
    },
    'to-index': { value: 'URL', about: 'where vectors are searched there; default beside that store' },
  },
  details: [
    'URL is the store that they are copied into, as --store names the one that they are read from. Without --user,',
    '--agent and --run all memories of the organization are copied. What is there already is skipped: after an',
    'interruption run the same command again.',
  ],
  examples: [
    ['agentmem copy postgres://host/db --history', 'from ./agentmem.db to a server'],
    ['agentmem copy sqlite:./ada.db --user ada --store postgres://host/db', 'what is kept of one user'],
  ],
  run(session) {
    const [store = ''] = session.operands
    const { args, signal } = session
    return withMemory(session, { mustExist: true }, async ({ memory }) => {
      const target = await openFromAddresses({
        store,
        index: args.text('to-index'),
        embedder: args.text('to-embedder'),
        orgId: args.text('org'),
        signal,
      })
      try {
        const copied = await copy(memory, target.memory, session)
        session.terminal.result(describe(copied), copied)
        return exitCodes.ok
      } catch (error) {
        throw redacted(error, target.redact)
      } finally {
        await target.memory.close({ flush: !signal.aborted })
      }
    })
  },
}

async function copy(from: Memory, to: Memory, { args, terminal, signal }: Session): Promise<CopyResult> {
  const bar = terminal.progress('copying', 'memories')
  try {
    return await from.copyTo(to, {
      ...scopeFrom(args),
      history: args.flag('history'),
      signal,
      onProgress: ({ done, total }) =>
        bar.update({ done, share: total === undefined ? undefined : done / Math.max(1, total) }),
    })
  } finally {
    bar.end()
  }
}

function describe({ copied, skipped, different }: CopyResult): string {
  const changed = different === 0 ? '' : `, ${formatCount(different)} of which say something else there`
  return `${formatMemories(copied)} copied, ${formatCount(skipped)} ${skipped === 1 ? 'was' : 'were'} there already${changed}`
}
