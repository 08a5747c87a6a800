import { exitCodes } from './command.ts'

/** Ctrl-C, SIGTERM, or a reader of stdout that has gone away: the reasons to stop before the end. */
export class Interruption {
  readonly #controller = new AbortController()
  #exitCode: number | undefined

  constructor() {
    process.on('SIGINT', () => this.#stop(exitCodes.interrupted))
    process.on('SIGTERM', () => this.#stop(exitCodes.terminated))
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      this.#exitCode ??= exitCodes.ok
      this.#controller.abort(error)
    })
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** The exit code; undefined while there was no interruption. */
  get exitCode(): number | undefined {
    return this.#exitCode
  }

  /** The first signal lets the command end in order, a second one ends the process at once. */
  #stop(exitCode: number): void {
    // eslint-disable-next-line node/no-process-exit
    if (this.signal.aborted) process.exit(exitCode)
    this.#exitCode = exitCode
    this.#controller.abort()
  }
}
