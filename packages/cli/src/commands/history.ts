import type { HistoryEntry } from '@agentmem/core'
import { exitCodes, scopeOptions, within } from '../command.ts'
import type { Command } from '../command.ts'
import { timeOf } from '../terminal/format-list.ts'
import { printable } from '../terminal/terminal.ts'
import { withMemory } from '../with-memory.ts'

export const historyCommand: Command = {
  name: 'history',
  summary: 'show what happened to a memory, also to one that was deleted',
  operands: { usage: 'ID', least: 1, most: 1 },
  options: scopeOptions,
  details: ['Oldest first: time (UTC), event, and the text from then on.'],
  examples: [['agentmem history 019eb3a2-70a5-7c7e-9f60-2a90c3f4b7a1', 'ADD, UPDATE, DELETE, ...']],
  async run(session) {
    const { args, operands, terminal, signal } = session
    const [id = ''] = operands
    return withMemory(session, { mustExist: true }, async ({ memory }) => {
      const history = await within(memory, args).history(id, { signal })
      if (history.length > 0 || terminal.json) terminal.result(describe(history), { history })
      else terminal.note('Nothing is known of this id.')
      return exitCodes.ok
    })
  },
}

function describe(history: readonly HistoryEntry[]): string {
  const lines = history.map(({ createdAt, event, newValue }) =>
    `${timeOf(createdAt)}  ${event.padEnd(9)}  ${newValue ?? ''}`.trimEnd(),
  )
  return printable(lines.join('\n'))
}
