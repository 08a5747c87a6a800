import { MemoryError } from '@agentmem/core'
import { styleText } from 'node:util'
import { ProgressBar } from './progress-bar.ts'
import { redactUrls } from '@agentmem/core/open'

// Control characters but line feed and tab: a memory must not be able to steer the terminal it is shown on.
const controls = /(?![\n\t])\p{Cc}/gu

/** A text without characters that a terminal would obey. */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(controls, '\uFFFD')
}

/** Results go to stdout, everything else to stderr. */
export class Terminal {
  readonly json: boolean

  constructor(json: boolean) {
    this.json = json
  }

  /** How many columns a result may take; Infinity when it does not go to a terminal. */
  get columns(): number {
    return process.stdout.isTTY ? process.stdout.columns : Infinity
  }

  /** Prints the result of a command: as text for people, or as one line of JSON. */
  result(text: string, json: object): void {
    process.stdout.write(this.json ? `${JSON.stringify(json)}\n` : `${text}\n`)
  }

  /** Prints a message to stderr. */
  note(text: string): void {
    process.stderr.write(`${printable(redactUrls(text))}\n`)
  }

  /** Prints why a command failed to stderr; with --json to stdout as well. */
  fail(error: unknown): void {
    const known = MemoryError.is(error)
    const message = error instanceof Error ? error.message : String(error)
    // What is not a MemoryError is a mistake of this program: show where it is.
    const text = known || !(error instanceof Error) ? message : (error.stack ?? message)
    const name = styleText(['red', 'bold'], 'agentmem:', { stream: process.stderr })
    process.stderr.write(`${name} ${printable(redactUrls(text))}\n`)
    if (!this.json) return
    const code = known ? error.code : 'BACKEND'
    process.stdout.write(`${JSON.stringify({ error: { code, message: redactUrls(message) } })}\n`)
  }

  /** Shows progress on stderr. */
  progress(label: string, unit: string): ProgressBar {
    return new ProgressBar(process.stderr, label, unit)
  }

  dim(text: string): string {
    return styleText('dim', text, { stream: process.stdout })
  }

  bold(text: string): string {
    return styleText('bold', text, { stream: process.stdout })
  }
}
