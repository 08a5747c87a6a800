import type { ScopesBy } from '@agentmem/core'
import { exitCodes, scopeFrom, scopeOptions } from '../command.ts'
import type { Command } from '../command.ts'
import { timeOf } from '../terminal/format-list.ts'
import { formatCount } from '../terminal/format-numbers.ts'
import { printable } from '../terminal/terminal.ts'
import { usageError } from '../usage-error.ts'
import { withMemory } from '../with-memory.ts'

export const usersCommand: Command = {
  name: 'users',
  summary: 'list the users there are, with their number of memories',
  operands: { usage: '', least: 0, most: 0 },
  options: {
    ...scopeOptions,
    by: { value: 'WHAT', about: 'userId (default), agentId, runId or metadata.KEY' },
    limit: { value: 'N', about: 'how many at most, 1 to 10,000; default 100' },
    after: { value: 'CURSOR', about: 'the page behind the one that named this cursor' },
  },
  details: ['In the order of their names: number of memories, last change (UTC), name.'],
  examples: [
    ['agentmem users', 'of the organization'],
    ['agentmem users --by runId --user ada', 'the conversations of ada'],
    ['agentmem users --by metadata.topic --json', 'the values of a key in the metadata'],
  ],
  async run(session) {
    const { args, terminal, signal } = session
    const by = args.text('by') ?? 'userId'
    if (!/^(userId|agentId|runId|metadata\..+)$/.test(by)) {
      throw usageError(`--by takes userId, agentId, runId or metadata.KEY, not '${by}'.`)
    }
    const limit = args.count('limit', 10_000) ?? 100
    const options = { ...scopeFrom(args), by: by as ScopesBy, limit, after: args.text('after'), signal }
    return withMemory(session, { mustExist: true }, async ({ memory }) => {
      const page = await memory.scopes(options)
      const lines = page.results.map(
        ({ value, memories, updatedAt }) =>
          `${formatCount(memories).padStart(9)}  ${timeOf(updatedAt)}  ${value}`,
      )
      if (lines.length > 0 || terminal.json) terminal.result(printable(lines.join('\n')), page)
      else terminal.note('Nothing found.')
      if (page.next !== undefined) terminal.note(`There are more: --after ${page.next}`)
      return exitCodes.ok
    })
  },
}
