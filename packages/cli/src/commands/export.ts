import type { ExportOptions } from '@agentmem/core'
import { exitCodes, scopeFrom, scopeOptions } from '../command.ts'
import type { Command } from '../command.ts'
import { formatMemories } from '../terminal/format-numbers.ts'
import { redacted } from '@agentmem/core/open'
import { withMemory } from '../with-memory.ts'

export const exportCommand: Command = {
  name: 'export',
  summary: 'write the memories as lines of JSON, oldest first',
  operands: { usage: '[FILE]', least: 0, most: 1 },
  options: {
    ...scopeOptions,
    history: { about: 'write the history of each memory too' },
    'no-vectors': { about: 'leave the vectors out; an import then embeds again' },
  },
  details: [
    'Without FILE, or with `-`, the lines go to stdout, also with --json. FILE is replaced only when the',
    'export is complete. Without --user, --agent and --run it has all memories of the organization.',
  ],
  examples: [
    ['agentmem export backup.jsonl', 'everything of the organization, with vectors'],
    ['agentmem export --user ada --no-vectors > ada.jsonl', 'what is kept of one user'],
  ],
  async run(session) {
    const { args, operands, terminal, signal } = session
    const [file = '-'] = operands
    const scope = scopeFrom(args)
    return withMemory(session, { mustExist: true }, async ({ memory, redact }) => {
      const all = Object.keys(scope).length === 0
      const total = all ? (await memory.stats()).store.memories : undefined
      const bar = terminal.progress('exporting', 'memories')
      let exported = 0
      const options: ExportOptions = {
        ...scope,
        history: args.flag('history'),
        vectors: !args.flag('no-vectors'),
        signal,
        onProgress: ({ done }) => {
          exported = done
          bar.update({
            done,
            share: total === undefined ? undefined : Math.min(1, done / Math.max(1, total)),
          })
        },
      }
      try {
        if (file === '-') await memory.exportTo(process.stdout, options)
        else await memory.exportTo(file, options)
      } catch (error) {
        bar.end()
        if (signal.aborted || file === '-') throw error
        // The file cannot be written: the command line is right, whatever the code.
        terminal.fail(redacted(error, redact))
        return exitCodes.failed
      }
      bar.end()
      const summary = `${formatMemories(exported)} exported`
      if (file === '-') terminal.note(summary)
      else terminal.result(`${summary} to ${file}`, { exported, file })
      return exitCodes.ok
    })
  },
}
