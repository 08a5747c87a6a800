import type { Where } from '@agentmem/core'
import { exitCodes, requireScope, scopeOptions, whereOption, within } from '../command.ts'
import type { Command } from '../command.ts'
import { formatMemories } from '../terminal/format-numbers.ts'
import { usageError } from '../usage-error.ts'
import { withMemory } from '../with-memory.ts'

export const deleteCommand: Command = {
  name: 'delete',
  summary: 'remove memories: by their ids, or all of a scope',
  operands: { usage: '[ID]', least: 0, most: Infinity },
  options: {
    ...scopeOptions,
    all: { about: 'all memories of the scope, or those that pass --where; in the place of ids' },
    ...whereOption,
    'purge-history': { about: 'remove their history too; default: it stays' },
  },
  details: [
    'With --user, --agent or --run an id of another scope is not found. --all needs one of them. What was not',
    'there is no error: the number of removed memories is printed.',
  ],
  examples: [
    ['agentmem delete 019eb3a2-70a5-7c7e-9f60-2a90c3f4b7a1', 'one memory; its history stays'],
    ['agentmem delete --all --user ada --purge-history', 'everything about ada'],
    [`agentmem delete --all --run chat-7 --where '{"metadata.kind": "draft"}'`, 'some of a conversation'],
  ],
  async run(session) {
    const { args, operands: ids, terminal, signal } = session
    const all = args.flag('all')
    const where = args.json('where') as Where | undefined
    if (all === ids.length > 0) throw usageError('delete takes ids, or --all and a scope: one of the two.')
    if (!all && where !== undefined) throw usageError('--where goes with --all.')
    const scope = all ? requireScope(args, 'delete --all') : {}
    const options = { signal, purgeHistory: args.flag('purge-history') }
    return withMemory(session, { mustExist: true }, async ({ memory }) => {
      const named = where === undefined ? scope : { ...scope, where }
      const deleted = all
        ? await memory.deleteAll(named, options)
        : (await within(memory, args).deleteBatch(ids, options)).filter(Boolean).length
      terminal.result(`${formatMemories(deleted)} deleted`, { deleted })
      return exitCodes.ok
    })
  },
}
