import type { Where } from '@agentmem/core'
import { exitCodes, scopeFrom, scopeOptions } from '../command.ts'
import type { Command } from '../command.ts'
import { formatHits } from '../terminal/format-hits.ts'
import { usageError } from '../usage-error.ts'
import { withMemory } from '../with-memory.ts'

export const searchCommand: Command = {
  name: 'search',
  summary: 'find the memories that fit a text best',
  operands: { usage: 'TEXT', least: 1, most: Infinity },
  options: {
    ...scopeOptions,
    'top-k': { value: 'N', about: 'how many at most; default 10' },
    mode: {
      value: 'MODE',
      about:
        'text (words), vector (meaning) or hybrid; default: hybrid, or text where nothing knows meanings',
    },
    threshold: {
      value: 'SCORE',
      about: 'the lowest score shown, 0 to 1, or -1 to 1 by vector; default: any',
    },
    where: { value: 'JSON', about: 'a filter on metadata and fields' },
  },
  details: [
    'At least one of --user, --agent and --run says whose memories are searched.',
    '',
    'A filter compares `metadata.KEY` or a field such as `type`, `role` or `createdAt`:',
    `  --where '{"metadata.speaker": "Ada", "importance": {"gte": 0.5}}'`,
    'Operators: eq ne gt gte lt lte in nin contains exists, and and, or, not around filters.',
  ],
  async run(session) {
    const { args, operands, terminal, signal } = session
    const scope = scopeFrom(args)
    if (Object.keys(scope).length === 0) {
      throw usageError(
        'search needs at least one of --user, --agent and --run, to say whose memories it is about.',
      )
    }
    const options = {
      ...scope,
      topK: args.count('top-k', 10_000),
      mode: args.oneOf('mode', ['text', 'vector', 'hybrid']),
      threshold: args.number('threshold'),
      where: args.json('where') as Where | undefined,
      signal,
    }
    return withMemory(session, { mustExist: true }, async ({ memory }) => {
      const { results } = await memory.search(operands.join(' '), options)
      if (results.length > 0 || terminal.json) terminal.result(formatHits(results, terminal), { results })
      else terminal.note('Nothing found.')
      return exitCodes.ok
    })
  },
}
