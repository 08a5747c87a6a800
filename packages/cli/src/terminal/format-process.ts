import { MemoryError } from '@agentmem/core'
import type { ProcessResult } from '@agentmem/core'
import { formatCount, formatDuration, formatMessages } from './format-numbers.ts'
import { printable } from './terminal.ts'

/** What `process` did, for people. */
export function describeProcess(result: ProcessResult, ms: number): string {
  const { messages, results, usage, dropped, failed, batch } = result
  const counts = countBy(results, ({ event }) => event)
  const { inputTokens, outputTokens, calls } = usage
  const tokens = `${formatCount(inputTokens)} tokens in, ${formatCount(outputTokens)} out`
  const events = [
    `${formatCount(counts.get('ADD') ?? 0)} new`,
    `${formatCount(counts.get('SUPERSEDE') ?? 0)} in the place of others`,
    `${formatCount(counts.get('NONE') ?? 0)} known`,
  ]
  const lines = [
    `${formatMessages(messages.length)} done, ${formatDuration(ms)}; facts: ${events.join(', ')}`,
    `${formatCount(calls)} ${calls === 1 ? 'call' : 'calls'} of a model: ${tokens}`,
    ...reasons(dropped, ({ reason }) => reason, 'not believed'),
    ...reasons(
      failed.filter(({ retryable }) => retryable),
      reasonOf,
      'left to wait',
    ),
    ...reasons(
      failed.filter(({ retryable }) => !retryable),
      reasonOf,
      'given up',
    ),
    ...(results.length === 0 ? [] : [`undo with: agentmem revert ${batch}`]),
  ]
  return printable(lines.join('\n'))
}

/** The same for programs: errors as code and message. */
export function jsonOfProcess({ failed, ...result }: ProcessResult): object {
  return {
    ...result,
    failed: failed.map(({ error, ...failure }) => ({
      ...failure,
      code: MemoryError.is(error) ? error.code : 'BACKEND',
      message: error.message,
    })),
  }
}

function reasonOf({ error }: ProcessResult['failed'][number]): string {
  return MemoryError.is(error) ? `${error.code}: ${error.message}` : error.message
}

/** One line a reason, with how many have it. */
function reasons<Item>(items: readonly Item[], reason: (item: Item) => string, what: string): string[] {
  return Array.from(countBy(items, reason), ([why, count]) => `${formatCount(count)} ${what}: ${why}`)
}

function countBy<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1)
  return counts
}
