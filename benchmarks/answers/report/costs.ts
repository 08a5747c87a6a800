import type { HeldExchange } from '../kept/kept-model.ts'
import type { Ingested } from '../kept/run-files.ts'
import type { MemoryCost, StageCost } from './answer-report.ts'

/** What requests came to, by the stage that asked first. */
export function stageCosts(asked: readonly HeldExchange[]): StageCost[] {
  const stages = Map.groupBy(asked, ({ stage }) => stage)
  return ['ingest', 'answer', 'judge'].map(stage => {
    const exchanges = stages.get(stage) ?? []
    const sum = (of: 'input' | 'output'): number =>
      exchanges.reduce((total, { answer }) => total + answer.usage[of], 0)
    const estimated = exchanges.filter(exchange => exchange.estimated === true).length
    return { stage, calls: exchanges.length, input: sum('input'), output: sum('output'), estimated }
  })
}

/** What was remembered, by memory. */
export function memoryCosts(lines: readonly Ingested[]): MemoryCost[] {
  const memories = Map.groupBy(
    lines.filter(({ state }) => state === 'done'),
    ({ memory }) => memory,
  )
  return [...memories].map(([memory, users]) => {
    const sum = (of: 'messages' | 'facts' | 'failed' | 'seconds'): number =>
      users.reduce((total, user) => total + user[of], 0)
    const [messages, facts, failed] = [sum('messages'), sum('facts'), sum('failed')]
    return { memory, users: users.length, messages, facts, failed, seconds: sum('seconds') }
  })
}
