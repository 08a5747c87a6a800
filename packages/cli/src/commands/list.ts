import type { Where } from '@agentmem/core'
import { exitCodes, requireScope, scopeOptions, whereOption } from '../command.ts'
import type { Command } from '../command.ts'
import { formatList } from '../terminal/format-list.ts'
import { withMemory } from '../with-memory.ts'

export const listCommand: Command = {
  name: 'list',
  summary: 'show memories in order of time, page by page',
  operands: { usage: '', least: 0, most: 0 },
  options: {
    ...scopeOptions,
    ...whereOption,
    limit: { value: 'N', about: 'how many at most, 1 to 1,000; default 20' },
    after: { value: 'CURSOR', about: 'the page behind the one that named this cursor' },
    oldest: { about: 'oldest first; default newest first' },
  },
  details: ['At least one of --user, --agent and --run says whose memories are shown: time (UTC), id, text.'],
  examples: [
    ['agentmem list --user ada', 'the newest 20 of ada'],
    [`agentmem list --user ada --where '{"metadata.topic": "home"}' --oldest`, 'those of a topic'],
  ],
  async run(session) {
    const { args, terminal, signal } = session
    const scope = requireScope(args, 'list')
    const where = args.json('where') as Where | undefined
    const direction = args.flag('oldest') ? 'asc' : 'desc'
    const page = {
      ...scope,
      limit: args.count('limit', 1_000) ?? 20,
      after: args.text('after'),
      order: { by: 'createdAt', direction } as const,
      ...(where === undefined ? {} : { where }),
      signal,
    }
    return withMemory(session, { mustExist: true }, async ({ memory }) => {
      const found = await memory.page(page)
      if (found.results.length > 0 || terminal.json)
        terminal.result(formatList(found.results, terminal), found)
      else terminal.note('Nothing found.')
      if (found.next !== undefined) terminal.note(`There are more: --after ${found.next}`)
      return exitCodes.ok
    })
  },
}
