import type { FoundMemory } from '@agentmem/core'
import { printable } from './terminal.ts'
import type { Terminal } from './terminal.ts'
import { wrapText } from './wrap-text.ts'

/** Columns before the text: the score, the time, and two spaces after each. */
const indent = 6 + 2 + 16 + 2
const narrowestText = 30

/** One block a hit: score, time (UTC) and text, the text wrapped beside them, or below where that is too narrow. */
export function formatHits(hits: readonly FoundMemory[], terminal: Terminal): string {
  const beside = terminal.columns - indent >= narrowestText
  const left = beside ? indent : 8
  return hits
    .map(({ score, createdAt, memory }) => {
      const time = new Date(createdAt).toISOString().slice(0, 16).replace('T', ' ')
      const head = `${terminal.bold(score.toFixed(3).padStart(6))}  ${terminal.dim(time)}`
      const lines = wrapText(printable(memory), Math.max(10, terminal.columns - left))
      const text = lines.join(`\n${' '.repeat(left)}`)
      return beside ? `${head}  ${text}` : `${head}\n${' '.repeat(left)}${text}`
    })
    .join('\n')
}
