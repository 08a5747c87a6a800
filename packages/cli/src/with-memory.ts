import { MemoryError } from '@agentmem/core'
import type { MemoryErrorCode } from '@agentmem/core'
import type { Session } from './command.ts'
import { openFromAddresses, redacted } from '@agentmem/core/open'
import type { OpenedMemory, OpenMemoryOptions } from '@agentmem/core/open'
import type { Arguments } from './parse-arguments.ts'

/**
 * Opens the memory that the options name, works with it and closes it. Closing flushes to the index what a crash
 * kept from it, unless Ctrl-C was pressed.
 */
export async function withMemory(
  { args, signal }: Session,
  given: Pick<OpenMemoryOptions, 'mustExist' | 'prepare' | 'extractor'>,
  work: (opened: OpenedMemory) => Promise<number>,
): Promise<number> {
  const urls = { ...addressesFrom(args), orgId: args.text('org'), ...given, signal }
  const opened = await openFromAddresses(urls).catch(withHint)
  try {
    try {
      return await work(opened)
    } finally {
      await opened.memory.close({ flush: !signal.aborted })
    }
  } catch (error) {
    throw redacted(error, opened.redact)
  }
}

/** The addresses that the options name, or else the environment. */
export function addressesFrom(args: Arguments): Record<'store' | 'index' | 'embedder', string | undefined> {
  const { env } = process
  return {
    store: args.text('store') ?? (env['AGENTMEM_STORE'] || undefined),
    index: args.text('index') ?? (env['AGENTMEM_INDEX'] || undefined),
    embedder: args.text('embedder') ?? (env['AGENTMEM_EMBEDDER'] || undefined),
  }
}

function withHint(error: unknown): never {
  const hint = MemoryError.is(error) ? hints[error.code] : undefined
  if (!MemoryError.is(error) || hint === undefined) throw error
  throw new MemoryError(error.code, `${error.message}${hint}`, { cause: error })
}

/** What the command line can do about an opening that failed. */
const hints: Partial<Record<MemoryErrorCode, string>> = {
  MODEL_MISMATCH: "\n--embedder names the model; 'agentmem reembed' moves the store to it.",
  NOT_FOUND: " 'agentmem add' and 'agentmem import' make one, and --store names another.",
}
