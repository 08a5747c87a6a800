import type { ImportOptions, ImportResult, Memory } from '@agentmem/core'
import { importFormats } from '@agentmem/core/import'
import { exitCodes, scopeFrom, scopeOptions } from '../command.ts'
import type { Command, Session } from '../command.ts'
import { formatCount, formatDuration, formatMemories, formatRate } from '../terminal/format-numbers.ts'
import { ImportSource } from '../import-source.ts'
import { redacted } from '@agentmem/core/open'
import type { OpenedMemory } from '@agentmem/core/open'
import { withMemory } from '../with-memory.ts'

const formats = ['ndjson', 'json', ...(Object.keys(importFormats) as (keyof typeof importFormats)[])] as const

/** What `importFrom` takes for a format. */
function readerOf(format: (typeof formats)[number] | undefined): ImportOptions['from'] {
  return format === undefined || format === 'ndjson' || format === 'json' ? format : importFormats[format]
}

export const importCommand: Command = {
  name: 'import',
  summary: 'add the memories of a file: one JSON object a line, or an array',
  operands: { usage: 'FILE', least: 1, most: 1 },
  options: {
    ...scopeOptions,
    user: { value: 'ID', about: 'user of the lines that name none' },
    agent: { value: 'ID', about: 'agent of the lines that name none' },
    run: { value: 'ID', about: 'run of the lines that name none' },
    from: {
      value: 'FORMAT',
      choices: formats,
      about: `${formats.slice(0, -1).join(', ')} or ${formats.at(-1)}; default ndjson`,
    },
    'batch-size': { value: 'N', about: 'memories in a transaction, 1 to 10,000; default 1,000' },
    'large-integers': {
      value: 'text',
      about: 'keep whole numbers past 2^53 as texts; without it their memory is refused',
    },
  },
  details: [
    'FILE has one memory a line, such as',
    '  {"content": "Ada drinks green tea.", "userId": "ada", "metadata": {"source": "chat"}}',
    'or is what `agentmem export` wrote, or with `--from json` one array of such objects. `-` is stdin.',
    'Other formats: chatgpt and claude are conversations.json of an export, mem0 what get_all answers, openai',
    'messages, mcp memory.jsonl of the reference server, langgraph items of a store. They are read as a stream.',
    '',
    'Known fields: content, userId, agentId, runId,',
    'metadata, type, level, importance, createdAt, expiresAt, actorId, role, embedding, id.',
    '',
    'What is stored already is skipped: to continue an interrupted import, run the same command again.',
    'To repeat a complete import adds nothing.',
  ],
  examples: [
    ['agentmem import notes.jsonl --user ada', "lines that name no user are ada's"],
    ['agentmem import conversations.json --from chatgpt --user ada', 'an export of ChatGPT'],
    [
      'agentmem export --store sqlite:./a.db | agentmem import - --store postgres://host/db',
      'from one store to another',
    ],
  ],
  async run(session) {
    const [file = ''] = session.operands
    const batchSize = session.args.count('batch-size', 10_000)
    const from = session.args.choice('from', formats)
    const largeIntegers = session.args.oneOf('large-integers', ['text', 'refuse'] as const)
    const source = await ImportSource.open(file, session.signal)
    return withMemory(session, { mustExist: false }, opened =>
      importInto(opened, source, { from: readerOf(from), batchSize, largeIntegers }, session),
    )
  },
}

async function importInto(
  { memory, urls, redact }: OpenedMemory,
  source: ImportSource,
  options: Pick<ImportOptions, 'from' | 'batchSize' | 'largeIntegers'>,
  session: Session,
): Promise<number> {
  const { args, terminal, signal } = session
  const start = performance.now()
  const bar = terminal.progress('importing', 'memories')
  let stored = 0
  let result: ImportResult
  try {
    result = await memory.importFrom(source, {
      ...scopeFrom(args),
      ...options,
      signal,
      onProgress: ({ done }) => {
        stored = done
        bar.update({ done, share: source.share })
      },
    })
  } catch (error) {
    bar.end()
    if (signal.aborted) return interrupted(memory, stored, session)
    // A mistake in the file, not in the command line, whatever its code.
    terminal.fail(redacted(error, redact))
    return exitCodes.failed
  }
  bar.end()
  const importTime = performance.now() - start
  if (!(await fillIndex(memory, session))) return interrupted(memory, stored, session, true)

  const indexTime = performance.now() - start - importTime
  const { imported, skipped } = result
  const rate = formatRate(imported + skipped, importTime)
  const hasIndex = urls.index !== undefined
  terminal.result(
    `${formatMemories(imported)} imported, ${formatCount(skipped)} ${skipped === 1 ? 'was' : 'were'} there already, ` +
      `${formatDuration(importTime)} (${rate})` +
      (hasIndex ? `\nthe index holds them all, ${formatDuration(indexTime)} more` : ''),
    {
      imported,
      skipped,
      importMs: Math.round(importTime),
      ...(hasIndex && { indexed: true, indexMs: Math.round(indexTime) }),
    },
  )
  return exitCodes.ok
}

/** Brings the index up to date. Returns false when that was interrupted. */
async function fillIndex(memory: Memory, { terminal, signal }: Session): Promise<boolean> {
  const bar = terminal.progress('indexing', 'vectors')
  try {
    await memory.optimize({
      signal,
      onProgress: ({ done, total = done }) => bar.update({ done, share: total === 0 ? 1 : done / total }),
    })
    return true
  } catch (error) {
    if (signal.aborted) return false
    throw error
  } finally {
    bar.end()
  }
}

async function interrupted(
  memory: Memory,
  stored: number,
  { terminal }: Session,
  complete: boolean = false,
): Promise<number> {
  const total = (await memory.stats()).store.memories
  terminal.note(
    `Interrupted: ${formatMemories(stored)} of this import are stored, ${formatCount(total)} in the store in all.\n` +
      (complete
        ? 'The import is complete; the index takes in the rest when the store is opened again.'
        : 'Run the same command again to continue.'),
  )
  if (terminal.json) terminal.result('', { interrupted: true, complete, stored, total })
  return exitCodes.interrupted
}
