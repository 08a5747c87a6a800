import type { MakeSection } from '../section.ts'
import { explainShortfalls, shortfallTable } from '../shortfalls.ts'

/** Goals that were set before anything was measured, and not reached. */
export const goals: MakeSection = report => {
  const table = shortfallTable(report)
  if (table.rows.length === 0) return undefined
  return {
    id: 'goals',
    title: 'Goals that were missed',
    text: explainShortfalls(report),
    table,
    command: 'npm run bench -- --scenarios add',
  }
}
