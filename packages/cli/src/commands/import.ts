import { RuleExtractor } from '@agentmem/core'
import type { ImportOptions, ImportResult, Memory } from '@agentmem/core'
import { importFormats } from '@agentmem/core/import'
import { exitCodes, scopeFrom, scopeOptions } from '../command.ts'
import type { Command, Session } from '../command.ts'
import {
  formatCount,
  formatDuration,
  formatMemories,
  formatMessages,
  formatRate,
} from '../terminal/format-numbers.ts'
import { ImportSource } from '../import-source.ts'
import { redacted } from '@agentmem/core/open'
import type { OpenedMemory } from '@agentmem/core/open'
import { extractorDetails, extractorFrom, extractorOptions } from '../open-extractor.ts'
import { describeProcess, jsonOfProcess } from '../terminal/format-process.ts'
import { usageError } from '../usage-error.ts'
import { withMemory } from '../with-memory.ts'
import { budgetFrom, budgetOptions, exitCodeOf, makeFacts } from './process.ts'

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
    infer: { about: 'the lines are messages of conversations, of which facts are made' },
    ...extractorOptions,
    ...budgetOptions,
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
    '',
    'With --infer the lines are messages. With --extractor facts are made of them once all are stored, and of',
    'others of the scope that wait; without it they wait for `agentmem process`.',
    ...extractorDetails,
  ],
  examples: [
    ['agentmem import notes.jsonl --user ada', "lines that name no user are ada's"],
    ['agentmem import conversations.json --from chatgpt --user ada', 'an export of ChatGPT'],
    [
      'agentmem import conversations.json --from chatgpt --user ada --infer --extractor openai:gpt-5-mini',
      'and the facts that a model finds in it',
    ],
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
    const infer = session.args.flag('infer')
    for (const name of Object.keys({ ...extractorOptions, ...budgetOptions })) {
      if (!infer && session.args.flag(name)) throw usageError(`--${name} goes with --infer.`)
    }
    const budget = budgetFrom(session)
    const source = await ImportSource.open(file, session.signal)
    const asked = infer ? await extractorFrom(session.args) : undefined
    // Messages that are to wait are only counted.
    const extractor = asked ?? (infer ? new RuleExtractor() : undefined)
    return withMemory(session, { mustExist: false, extractor }, opened =>
      importInto(
        opened,
        source,
        { from: readerOf(from), batchSize, largeIntegers, infer },
        { session, facts: asked && { budget } },
      ),
    )
  },
}

interface Work {
  readonly session: Session
  /** Set where facts are made of what was imported. */
  readonly facts: { readonly budget: ReturnType<typeof budgetFrom> } | undefined
}

async function importInto(
  { memory, urls, redact }: OpenedMemory,
  source: ImportSource,
  options: Pick<ImportOptions, 'from' | 'batchSize' | 'largeIntegers' | 'infer'>,
  { session, facts }: Work,
): Promise<number> {
  const { args, terminal, signal } = session
  const start = performance.now()
  const bar = terminal.progress('importing', options.infer ? 'messages' : 'memories')
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
  const importMs = performance.now() - start
  if (!(await fillIndex(memory, session))) return interrupted(memory, stored, session, true)
  const indexMs = performance.now() - start - importMs
  const processed = facts && (await makeFacts(memory, { ...scopeFrom(args), ...facts }, session))
  // It has been told.
  if (facts && !processed) return exitCodes.interrupted

  const times = { importMs, ...(urls.index !== undefined && { indexMs }) }
  const lines = describeImport(result, times, options.infer === true)
  if (processed) lines.push(describeProcess(processed.result, processed.ms))
  else if (options.infer) lines.push("they wait: 'agentmem process' makes facts of them")
  terminal.result(lines.join('\n'), {
    ...result,
    importMs: Math.round(importMs),
    ...(urls.index !== undefined && { indexed: true, indexMs: Math.round(indexMs) }),
    ...(processed && { facts: jsonOfProcess(processed.result) }),
  })
  return processed ? exitCodeOf(processed.result) : exitCodes.ok
}

function describeImport(
  { imported, skipped }: ImportResult,
  { importMs, indexMs }: { readonly importMs: number; readonly indexMs?: number },
  areMessages: boolean,
): string[] {
  const what = areMessages ? formatMessages(imported) : formatMemories(imported)
  const there = `${formatCount(skipped)} ${skipped === 1 ? 'was' : 'were'} there already`
  const rate = formatRate(imported + skipped, importMs)
  const summary = `${what} imported, ${there}, ${formatDuration(importMs)} (${rate})`
  return indexMs === undefined
    ? [summary]
    : [summary, `the index holds them all, ${formatDuration(indexMs)} more`]
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
