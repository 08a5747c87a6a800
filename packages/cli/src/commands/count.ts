import type { Where } from '@agentmem/core'
import { exitCodes, requireScope, scopeOptions, whereOption } from '../command.ts'
import type { Command } from '../command.ts'
import { withMemory } from '../with-memory.ts'

export const countCommand: Command = {
  name: 'count',
  summary: 'count the memories of a scope',
  operands: { usage: '', least: 0, most: 0 },
  options: { ...scopeOptions, ...whereOption },
  details: [
    'At least one of --user, --agent and --run says whose memories are counted. `stats` counts the store.',
  ],
  examples: [
    [`agentmem count --user ada --where '{"createdAt": {"gte": "2026-01-01"}}'`, 'those of this year'],
  ],
  async run(session) {
    const { args, terminal, signal } = session
    const scope = requireScope(args, 'count')
    const where = args.json('where') as Where | undefined
    return withMemory(session, { mustExist: true }, async ({ memory }) => {
      const count = await memory.count({ ...scope, ...(where === undefined ? {} : { where }), signal })
      terminal.result(String(count), { count })
      return exitCodes.ok
    })
  },
}
