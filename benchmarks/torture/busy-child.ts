import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Place } from '../opening/place.ts'
import { hearLines } from '../opening/lines-of.ts'
import type { Figures, Tally } from './figures.ts'
import { wrongs } from './figures.ts'
import type { Model } from './model.ts'
import type { Pair } from './pairs.ts'
import type { Step } from './steps.ts'

/** What a busy process is to do. It travels as JSON. */
export interface BusyTask {
  readonly pair: Pair
  readonly place: Place
  readonly name: string
  readonly seed: number
  readonly generation: number
  readonly steps: number
  /** What is there of its users. */
  readonly known: readonly (readonly [string, readonly (readonly [string, string])[]])[]
  readonly exitAfterMs?: number
}

interface Line {
  readonly open?: true
  readonly begin?: Step
  readonly end?: string
  readonly failed?: {
    readonly user: string
    readonly contents: readonly (readonly [string, string])[]
    readonly error: string
  }
  readonly tally?: Figures
  readonly findings?: readonly string[]
}

export interface BusyChildOptions {
  /** Told of what the process does, so that it is known when the process is killed. */
  readonly model: Model
  readonly tally: Tally
  /** A limit of the shell for the process, such as of the size of its files. */
  readonly limit?: string
}

/** A busy process, as its parent sees it. */
export class BusyChild {
  readonly process: ChildProcess
  /** How many steps it has begun. */
  begun = 0
  errors = ''
  /** Why calls failed that the process then looked after. */
  readonly failures: string[] = []
  readonly #ended: Promise<unknown>
  readonly #tally: Tally

  constructor(task: BusyTask, { model, tally, limit }: BusyChildOptions) {
    const node = [process.execPath, '--experimental-strip-types', '--no-warnings']
    const command = [...node, join(import.meta.dirname, 'busy-process.ts'), JSON.stringify(task)]
    // A shell that heeds no XFSZ hands that on: a file that grows past the limit is then an error of the write.
    const script = `trap '' XFSZ; ${limit ?? ':'}; exec "$@"`
    this.process = spawn('/bin/sh', ['-c', script, 'sh', ...command], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#tally = tally
    tally.add('processes')
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => (this.errors += text))
    const heard = hearLines(this.process, text => this.#hear(text, model))
    this.#ended = Promise.all([once(this.process, 'close'), heard])
  }

  /** Returns when so many steps were begun, or it has ended. */
  async hasBegun(steps: number): Promise<void> {
    while (this.begun < steps && !this.#hasEnded) await new Promise(resolve => setTimeout(resolve, 1))
  }

  /** Waits for its end for so long; returns whether it came. */
  async endsWithin(ms: number): Promise<boolean> {
    await Promise.race([this.#ended, new Promise(resolve => setTimeout(resolve, ms))])
    return this.#hasEnded
  }

  /** Ends it without a word. */
  async kill(): Promise<void> {
    this.process.kill('SIGCONT')
    if (this.process.kill('SIGKILL')) this.#tally.add('kills')
    await this.#ended
  }

  /** Waits for its end; anything but `code` is an end of its own. */
  async end(code: number | null = 0): Promise<void> {
    await this.#ended
    const { exitCode, signalCode } = this.process
    if (exitCode !== code)
      this.#tally.wrong(
        'untyped',
        `a process ended with ${signalCode ?? exitCode}: ${this.errors.slice(-600)}`,
      )
  }

  get #hasEnded(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null
  }

  #hear(text: string, model: Model): void {
    const line = JSON.parse(text) as Line
    if (line.begin) {
      this.begun++
      this.#tally.add('inputs')
      model.begin(line.begin)
    }
    if (line.end !== undefined) model.end(line.end)
    if (line.failed) {
      model.settleAs(line.failed.user, new Map(line.failed.contents))
      this.failures.push(line.failed.error)
    }
    for (const name of line.tally ? wrongs : []) {
      for (let n = 0; n < (line.tally?.[name] ?? 0); n++)
        this.#tally.wrong(name, line.findings?.[n] ?? 'in another process')
    }
  }
}
