import { MemoryError } from '@agentmem/core'
import type { Memory, ProcessResult } from '@agentmem/core'
import { exitCodes, scopeFrom, scopeOptions } from '../command.ts'
import type { Command, Session } from '../command.ts'
import { extractorDetails, extractorOptions, requireExtractor } from '../open-extractor.ts'
import type { OptionTable } from '../parse-arguments.ts'
import { describeProcess, jsonOfProcess } from '../terminal/format-process.ts'
import { formatMessages } from '../terminal/format-numbers.ts'
import { withMemory } from '../with-memory.ts'

/** Where making facts stops. */
export const budgetOptions: OptionTable = {
  'max-calls': { value: 'N', about: 'calls of the model at most; default: no limit' },
  'max-input-tokens': { value: 'N', about: 'tokens at most that the model reads; default: no limit' },
}

export const processCommand: Command = {
  name: 'process',
  summary: 'make facts of the messages that wait',
  operands: { usage: '', least: 0, most: 0 },
  options: {
    ...scopeOptions,
    ...extractorOptions,
    limit: { value: 'N', about: 'messages at most; default: all that wait' },
    ...budgetOptions,
    'retry-parked': { about: 'also those that were given up' },
  },
  details: [
    'Works on the messages of `agentmem import --infer`, and on those that a program added to be worked on later,',
    'oldest first. One process at a time does this; another waits. It stops before a limit is passed: what is left',
    'waits on. Stopped at any moment, nothing is lost. Without --user, --agent or --run it works on all messages of',
    'the organization.',
    ...extractorDetails,
    'The exit code is 1 where messages could not be worked on: `agentmem pending` says why.',
  ],
  examples: [
    ['agentmem process --extractor openai:gpt-5-mini --max-calls 50', 'at most 50 calls of the model'],
    ['agentmem process --extractor openai:qwen3 --model-url http://127.0.0.1:11434/v1', 'a model of Ollama'],
    ['agentmem process --extractor rules --user ada', 'no model: each sentence of ada is a fact'],
  ],
  async run(session) {
    const { args } = session
    const limit = args.count('limit', Number.MAX_SAFE_INTEGER)
    const work = {
      ...scopeFrom(args),
      limit,
      budget: budgetFrom(session),
      retryParked: args.flag('retry-parked'),
    }
    const extractor = await requireExtractor(args, 'process')
    return withMemory(session, { mustExist: true, extractor }, async ({ memory }) => {
      const processed = await makeFacts(memory, work, session)
      if (!processed) return exitCodes.interrupted
      const { result, ms } = processed
      session.terminal.result(describeProcess(result, ms), jsonOfProcess(result))
      return exitCodeOf(result)
    })
  },
}

export function budgetFrom({ args }: Session): {
  calls?: number | undefined
  inputTokens?: number | undefined
} {
  const most = Number.MAX_SAFE_INTEGER
  return { calls: args.count('max-calls', most), inputTokens: args.count('max-input-tokens', most) }
}

/** Undefined when it was interrupted, which is told. */
export async function makeFacts(
  memory: Memory,
  work: Parameters<Memory['process']>[0],
  { terminal, signal }: Session,
): Promise<{ readonly result: ProcessResult; readonly ms: number } | undefined> {
  const start = performance.now()
  const bar = terminal.progress('making facts', 'messages')
  let done = 0
  try {
    const onProgress = (progress: { readonly done: number }): void => {
      ;({ done } = progress)
      bar.update({ done })
    }
    const result = await memory.process({ ...work, signal, onProgress })
    return { result, ms: performance.now() - start }
  } catch (error) {
    if (!signal.aborted) throw error
    bar.end()
    terminal.note(
      `Interrupted: ${formatMessages(done)} done, the others wait. Run 'agentmem process' to continue.`,
    )
    if (terminal.json) terminal.result('', { interrupted: true, done })
    return undefined
  } finally {
    bar.end()
  }
}

/** A budget that is spent is no failure. */
export function exitCodeOf({ failed }: ProcessResult): number {
  const broken = failed.some(({ error }) => !(MemoryError.is(error) && error.code === 'BUDGET'))
  return broken ? exitCodes.failed : exitCodes.ok
}
