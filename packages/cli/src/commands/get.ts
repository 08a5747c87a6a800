import { MemoryError } from '@agentmem/core'
import { exitCodes, scopeOptions, within } from '../command.ts'
import type { Command } from '../command.ts'
import { formatList } from '../terminal/format-list.ts'
import { withMemory } from '../with-memory.ts'

export const getCommand: Command = {
  name: 'get',
  summary: 'show memories by their ids',
  operands: { usage: 'ID', least: 1, most: Infinity },
  options: scopeOptions,
  details: [
    'With --user, --agent or --run an id of another scope is not found. Exit code 1: one is not there.',
  ],
  examples: [['agentmem get 019eb3a2-70a5-7c7e-9f60-2a90c3f4b7a1 --json', 'everything that is known of it']],
  async run(session) {
    const { args, operands, terminal, signal } = session
    return withMemory(session, { mustExist: true }, async ({ memory }) => {
      const found = await within(memory, args).getBatch(operands, { signal })
      const there = found.filter(item => item !== undefined)
      const missing = operands.filter((_id, i) => found[i] === undefined)
      if (there.length > 0 || terminal.json) {
        terminal.result(formatList(there, terminal), { results: there, missing })
      }
      if (missing.length === 0) return exitCodes.ok
      const message = `There is no memory with the id ${missing.join(', ')}.`
      if (terminal.json) terminal.note(message)
      else terminal.fail(new MemoryError('NOT_FOUND', message))
      return exitCodes.failed
    })
  },
}
