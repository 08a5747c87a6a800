import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const script = join(import.meta.dirname, 'memory-process.mjs')

interface Told {
  readonly added?: readonly string[]
  readonly missing?: readonly string[]
  readonly ranked?: readonly Ranking[]
}

/** The ids that a query finds by its words, with their scores, best first. */
export type Ranking = readonly (readonly [id: string, score: number])[]

/** A process that adds and searches, as the test sees it. */
export class MemoryProcess {
  readonly name: string
  readonly #child: ChildProcess
  readonly #onAdded: (contents: readonly string[]) => void
  readonly #missing: string[] = []
  #ranked: readonly Ranking[] = []
  #errors = ''

  private constructor(name: string, child: ChildProcess, onAdded: (contents: readonly string[]) => void) {
    this.name = name
    this.#child = child
    this.#onAdded = onAdded
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#errors += text))
    child.on('message', (told: Told) => {
      if (told.added) this.#onAdded(told.added)
      if (told.missing) this.#missing.push(...told.missing)
      if (told.ranked) this.#ranked = told.ranked
    })
  }

  static async start(
    name: string,
    urls: { readonly store: string; readonly index: string },
    onAdded: (contents: readonly string[]) => void,
  ): Promise<MemoryProcess> {
    const child = fork(script, [name, urls.store, urls.index], {
      execArgv: [],
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    })
    const process = new MemoryProcess(name, child, onAdded)
    await process.#told('open')
    return process
  }

  /** What it did not find, of what it searched for by itself or was asked for. */
  get missing(): readonly string[] {
    return this.#missing
  }

  /** Lets it add batches, numbered from `first` on, and search in between. */
  write(first: number): void {
    this.#child.send({ do: 'write', first })
  }

  know(contents: readonly string[]): void {
    // It may have been killed a moment ago.
    this.#child.send({ do: 'know', contents }, () => undefined)
  }

  async pause(): Promise<void> {
    await this.#ask({ do: 'pause' }, 'paused')
  }

  async find(contents: readonly string[]): Promise<void> {
    await this.#ask({ do: 'find', contents }, 'searched')
  }

  async rank(queries: readonly string[]): Promise<readonly Ranking[]> {
    await this.#ask({ do: 'rank', queries }, 'ranked')
    return this.#ranked
  }

  async close(): Promise<void> {
    await this.#ask({ do: 'close' }, 'closed')
    await this.#exited()
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#exited()
  }

  async #ask(message: object, answer: string): Promise<void> {
    const told = this.#told(answer)
    this.#child.send(message)
    await told
  }

  /** Waits for a message that has this key; fails when the process ends instead. */
  #told(key: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const onExit = (): void =>
        reject(new Error(`${this.name} ended while it was to say '${key}':\n${this.#errors}`))
      const onMessage = (told: object): void => {
        if (!(key in told)) return
        this.#child.off('exit', onExit).off('message', onMessage)
        resolve()
      }
      this.#child.on('message', onMessage).on('exit', onExit)
    })
  }

  async #exited(): Promise<void> {
    const { exitCode, signalCode } = this.#child
    if (exitCode === null && signalCode === null) await once(this.#child, 'exit')
  }
}
