import type { PendingMessage, PendingMessages } from '@agentmem/core'
import { exitCodes, scopeFrom, scopeOptions } from '../command.ts'
import type { Command } from '../command.ts'
import { formatList, timeOf } from '../terminal/format-list.ts'
import { printable } from '../terminal/terminal.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { usageError } from '../usage-error.ts'
import { withMemory } from '../with-memory.ts'

const states = ['waiting', 'parked'] as const

export const pendingCommand: Command = {
  name: 'pending',
  summary: 'show the messages that wait, and those that were given up, with why',
  operands: { usage: '', least: 0, most: 0 },
  options: {
    ...scopeOptions,
    state: { value: 'STATE', choices: states, about: 'waiting or parked; default: both' },
    limit: { value: 'N', about: 'how many of a state at most, 1 to 1,000; default 20' },
    after: { value: 'CURSOR', about: 'the page behind the one that named this cursor; needs --state' },
  },
  details: [
    'Waiting: `agentmem process` makes facts of them, now or when their time has come. Parked: they were given up,',
    'and are tried again with `agentmem process --retry-parked`. Both are stored, and found by searches. In the',
    'order in which they were received: time (UTC), id, text, and what went wrong.',
  ],
  examples: [
    ['agentmem pending', 'of all users'],
    ['agentmem pending --state parked --user ada --json', 'those of ada that were given up, and why'],
  ],
  async run(session) {
    const { args, terminal, signal } = session
    const chosen = args.choice('state', states)
    const after = args.text('after')
    if (after !== undefined && chosen === undefined)
      throw usageError('--after needs --state, to say of which.')
    const page = { ...scopeFrom(args), limit: args.count('limit', 1_000) ?? 20, after, signal }
    return withMemory(session, { mustExist: true }, async ({ memory }) => {
      const pages: [(typeof states)[number], PendingMessages][] = []
      for (const state of chosen === undefined ? states : [chosen])
        pages.push([state, await memory.pending({ ...page, state })])
      const shown = pages.filter(([, { results }]) => results.length > 0)
      if (terminal.json) terminal.result('', Object.fromEntries(pages))
      else if (shown.length === 0) terminal.note('Nothing waits.')
      else
        terminal.result(
          shown.map(([state, { results }]) => describe(state, results, terminal)).join('\n'),
          {},
        )
      for (const [state, { next }] of pages) {
        if (next !== undefined) terminal.note(`There are more: --state ${state} --after ${next}`)
      }
      return exitCodes.ok
    })
  },
}

function describe(state: string, messages: readonly PendingMessage[], terminal: Terminal): string {
  const blocks = messages.map(message => {
    const { reason, attempts, notBefore } = message
    const again = state === 'waiting' && attempts > 0 ? `, again after ${timeOf(notBefore)}` : ''
    const failure = reason === null ? '' : `\n    ${attempts} tried${again}: ${printable(reason)}`
    return formatList([message], terminal) + failure
  })
  return `${state}\n${blocks.join('\n')}`
}
