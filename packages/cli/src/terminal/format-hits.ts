import type { FoundMemory, SearchResult } from '@agentmem/core'
import { timeOf } from './format-list.ts'
import { printable } from './terminal.ts'
import type { Terminal } from './terminal.ts'
import { wrapText } from './wrap-text.ts'

/** Columns before the text: the score, the time, and two spaces after each. */
const indent = 6 + 2 + 16 + 2
const narrowestText = 30

/**
 * One block a hit: score, time (UTC) and text, the text wrapped beside them, or below where that is too narrow. Under it
 * stand the memories beside it and how its score came about, where the search was asked for them.
 */
export function formatHits(hits: readonly FoundMemory[], terminal: Terminal): string {
  const beside = terminal.columns - indent >= narrowestText
  const left = beside ? indent : 8
  const wrapped = (text: string): string =>
    wrapText(printable(text), Math.max(10, terminal.columns - left)).join(`\n${' '.repeat(left)}`)
  const below = (text: string): string => ' '.repeat(left) + terminal.dim(wrapped(text))
  return hits
    .flatMap(({ score, createdAt, memory, neighbours = [], explanation = [] }) => {
      const head = `${terminal.bold(score.toFixed(3).padStart(6))}  ${terminal.dim(timeOf(createdAt))}`
      return [
        beside ? `${head}  ${wrapped(memory)}` : `${head}\n${' '.repeat(left)}${wrapped(memory)}`,
        ...neighbours.map(({ createdAt, memory }) => below(`${timeOf(createdAt)}  ${memory}`)),
        ...explanation.map(below),
      ]
    })
    .join('\n')
}

/** What to say of an answer that could not be ranked whole; undefined when it was. */
export function partialNote({ partial = [] }: SearchResult): string | undefined {
  if (!partial.includes('text')) return undefined
  return 'There are more texts than fit in memory: the newest were searched.'
}
