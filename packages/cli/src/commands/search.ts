import type { SearchMode, SearchOptions, Where } from '@agentmem/core'
import { exitCodes, requireScope, scopeOptions } from '../command.ts'
import type { Command } from '../command.ts'
import { formatHits, partialNote } from '../terminal/format-hits.ts'
import { withMemory } from '../with-memory.ts'

const modes: readonly SearchMode[] = ['hybrid', 'vector', 'text']

export const searchCommand: Command = {
  name: 'search',
  summary: 'find the memories that answer a text',
  operands: { usage: 'TEXT', least: 1, most: Infinity },
  options: {
    ...scopeOptions,
    'top-k': { value: 'N', about: 'how many at most; default 10' },
    mode: {
      value: 'MODE',
      choices: modes,
      about: 'text, vector or hybrid; default hybrid with a model, else text',
    },
    threshold: {
      value: 'SCORE',
      about: 'the lowest score shown, 0 to 1, with --mode vector -1 to 1; default: any',
    },
    where: { value: 'JSON', about: 'a filter on metadata and fields' },
    expand: { value: 'N', about: 'show N memories of the run on either side of each, 1 to 10' },
    'no-context': { about: 'the memories have nothing to do with those beside them' },
    explain: { about: 'say how each score came about' },
  },
  details: [
    'At least one of --user, --agent and --run says whose memories are searched.',
    '',
    'Mode text finds by the words of TEXT and what a conversation is: the turns beside a turn, who said it,',
    'on what day. Mode vector finds by the embedding alone, and hybrid by both.',
    '',
    'A filter compares `metadata.KEY` or a field such as `type`, `role` or `createdAt`:',
    `  --where '{"metadata.speaker": "Ada", "importance": {"gte": 0.5}}'`,
    'Operators: eq ne gt gte lt lte in nin contains exists, and and, or, not around filters.',
  ],
  examples: [
    ['agentmem search when is the report due --user ada', 'the ten best'],
    ['agentmem search tea --user ada --top-k 3 --explain', 'and why they were found'],
    ["agentmem search tea --user ada --json | jq -r '.results[].memory'", 'the texts alone'],
  ],
  async run(session) {
    const { args, operands, terminal, signal } = session
    const scope = requireScope(args, 'search')
    const options: SearchOptions = {
      ...scope,
      topK: args.count('top-k', 10_000),
      mode: args.choice('mode', modes),
      threshold: args.number('threshold'),
      where: args.json('where') as Where | undefined,
      expand: args.count('expand', 10),
      context: !args.flag('no-context'),
      explain: args.flag('explain'),
      signal,
    }
    return withMemory(session, { mustExist: true }, async ({ memory }) => {
      const found = await memory.search(operands.join(' '), options)
      const { results } = found
      if (results.length > 0 || terminal.json) terminal.result(formatHits(results, terminal), found)
      else terminal.note('Nothing found.')
      const note = partialNote(found)
      if (note !== undefined) terminal.note(note)
      return exitCodes.ok
    })
  },
}
