import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './workspace.ts'

/** A fenced code block of a document. */
export interface Fence {
  /** Relative to the workspace. */
  readonly file: string
  /** The line of the first line of code, from 1. */
  readonly line: number
  /** Such as 'ts'. */
  readonly language: string
  /** What stands behind the language, such as 'run'. */
  readonly info: string
  readonly code: string
}

/** The fenced blocks of a document, in order. */
export function fences(file: string): Fence[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/^```(\w+)[ \t]*([^\n]*)\n(.*?)^```[ \t]*$/gms)].map(match => {
    const [, language = '', info = '', code = ''] = match
    return { file, line: text.slice(0, match.index).split('\n').length + 1, language, info, code }
  })
}

/** The first block of a language, at or after a line. */
export function firstFence(file: string, language: string, afterLine: number = 0): Fence {
  const found = fences(file).find(fence => fence.language === language && fence.line > afterLine)
  if (found === undefined) throw new Error(`${file} has no \`\`\`${language} block after line ${afterLine}`)
  return found
}
