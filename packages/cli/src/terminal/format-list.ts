import type { MemoryItem } from '@agentmem/core'
import { printable } from './terminal.ts'
import type { Terminal } from './terminal.ts'
import { wrapText } from './wrap-text.ts'

const indent = 4

/** One block a memory: time (UTC) and id, and below them its text. */
export function formatList(items: readonly MemoryItem[], terminal: Terminal): string {
  const wrapped = (text: string): string =>
    wrapText(printable(text), Math.max(10, terminal.columns - indent)).join(`\n${' '.repeat(indent)}`)
  return items
    .map(({ id, createdAt, memory }) => {
      const head = `${terminal.dim(timeOf(createdAt))}  ${terminal.bold(printable(id))}`
      return `${head}\n${' '.repeat(indent)}${wrapped(memory)}`
    })
    .join('\n')
}

/** Such as 2025-03-03 16:45. */
export function timeOf(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ')
}
