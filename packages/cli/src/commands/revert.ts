import type { RevertResult } from '@agentmem/core'
import { exitCodes, scopeFrom, scopeOptions } from '../command.ts'
import type { Command } from '../command.ts'
import { formatCount } from '../terminal/format-numbers.ts'
import { withMemory } from '../with-memory.ts'

export const revertCommand: Command = {
  name: 'revert',
  summary: 'undo what one run inferred; its messages stay',
  operands: { usage: 'BATCH', least: 1, most: 1 },
  options: scopeOptions,
  details: [
    'BATCH is what `agentmem process` printed, and what `derivation.batch` of a fact says. In one transaction the',
    'facts of that run are removed, and what they took the place of is in force again. A later run that built on it',
    'is named: revert that one first.',
  ],
  examples: [['agentmem revert 019eb3a2-70a5-7c7e-9f60-2a90c3f4b7a1 --user ada', 'what it inferred of ada']],
  async run(session) {
    const { args, operands, terminal, signal } = session
    const [batch = ''] = operands
    return withMemory(session, { mustExist: true }, async ({ memory }) => {
      const reverted = await memory.revert(batch, { ...scopeFrom(args), signal })
      terminal.result(describe(reverted), reverted)
      return exitCodes.ok
    })
  },
}

function describe({ removed, restored }: RevertResult): string {
  const facts = `${formatCount(removed)} ${removed === 1 ? 'fact' : 'facts'} removed`
  return `${facts}, ${formatCount(restored)} ${restored === 1 ? 'is' : 'are'} in force again`
}
