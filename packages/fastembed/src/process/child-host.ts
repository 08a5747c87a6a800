import { MemoryError, missingFile } from '@agentmem/core/adapter'
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { LocalModelSettings, ModelReports } from '../models/load-local-model.ts'
import type { ModelCall, ModelRun } from '../models/local-model.ts'
import type { ModelHost } from './model-host.ts'
import type { FromChild, ToChild } from './protocol.ts'

interface Call {
  readonly asked: ModelCall
  readonly onRun: (run: ModelRun) => void
  readonly end: (error?: MemoryError) => void
  /** Which texts the child was sent last, by their place in the call. */
  sent: readonly number[]
  /** Those of them that have no result yet. */
  readonly open: Set<number>
  /** How often the child has died since this call got its last result. */
  deaths: number
}

const childFile = new URL('./model-child.js', import.meta.url)

/** The most times in a row that the child may die under a call. */
const deathsAtMost = 3

/**
 * Runs the model in a child process, which is started for the first call. When it dies, another one is started
 * and is sent the texts that have no result yet. A pending call keeps this process alive, an idle child does not.
 */
export class ChildHost implements ModelHost {
  readonly #settings: LocalModelSettings
  readonly #reports: ModelReports
  readonly #calls = new Map<number, Call>()
  #child: ChildProcess | undefined
  #lastSeq = 0
  #starts = 0
  #closed = false

  constructor(settings: LocalModelSettings, reports: ModelReports) {
    this.#settings = settings
    this.#reports = reports
  }

  get restarts(): number {
    return Math.max(0, this.#starts - 1)
  }

  get processId(): number | undefined {
    return this.#child?.pid
  }

  run(asked: ModelCall, onRun: (run: ModelRun) => void, signal?: AbortSignal): Promise<void> {
    if (this.#closed) return Promise.reject(new MemoryError('CLOSED', 'The model is closed.'))
    if (!existsSync(childFile)) {
      return Promise.reject(missingFile('model', new Error(`Cannot find '${fileURLToPath(childFile)}'`)))
    }
    return new Promise((resolve, reject) => {
      const seq = ++this.#lastSeq
      const onAbort = (): void => {
        this.#send({ kind: 'abort', seq })
        end(new MemoryError('ABORTED', 'The call was aborted by its signal.', { cause: signal?.reason }))
      }
      const end = (error?: MemoryError): void => {
        signal?.removeEventListener('abort', onAbort)
        this.#calls.delete(seq)
        this.#holdOpen()
        if (error) reject(error)
        else resolve()
      }
      signal?.addEventListener('abort', onAbort)
      const open = new Set(asked.texts.keys())
      const call: Call = { asked, onRun, end, sent: [], open, deaths: 0 }
      this.#calls.set(seq, call)
      this.#ask(seq, call)
      this.#holdOpen()
    })
  }

  /** Ends the child as it is: it holds nothing that is worth keeping. */
  async close(): Promise<void> {
    this.#closed = true
    const child = this.#child
    this.#child = undefined
    if (child) await ended(child)
    for (const { end } of this.#calls.values()) end(new MemoryError('CLOSED', 'The model was closed.'))
  }

  #ask(seq: number, call: Call): void {
    this.#child ??= this.#start()
    call.sent = [...call.open]
    const texts = call.sent.map(place => call.asked.texts[place] as string)
    this.#send({ kind: 'run', seq, call: { ...call.asked, texts } })
  }

  #start(): ChildProcess {
    this.#starts++
    // Flags of this process, such as --input-type or a loader, are not for that file. Output that a library prints
    // there goes to standard error: standard output is the user's.
    const child = fork(childFile, {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 2, 2, 'ipc'],
    })
    child.on('message', (message: FromChild) => this.#receive(message))
    const die = (how: string): void => {
      // A late message would be taken for an answer of the next child.
      child.removeAllListeners('message')
      child.kill('SIGKILL')
      if (this.#child === child) this.#revive(how)
    }
    child.on('error', error => die(error.message))
    child.on('exit', (code, signal) =>
      die(signal ? `it was ended by ${signal}` : `its exit code was ${code}`),
    )
    child.send({ kind: 'open', settings: this.#settings } satisfies ToChild, () => undefined)
    return child
  }

  #receive(message: FromChild): void {
    if (message.kind === 'download') return this.#reports.onDownload(message.bytes)
    if (message.kind === 'warning') return this.#reports.onWarning(message.message)
    const call = this.#calls.get(message.seq)
    // An aborted call may have runs on their way.
    if (!call) return
    if (message.kind === 'done') return call.end()
    if (message.kind === 'failed') {
      const { code, message: text, retryable, cause } = message.error
      return call.end(new MemoryError(code, text, { retryable, cause }))
    }
    const positions = message.run.positions.map(position => call.sent[position] as number)
    for (const position of positions) call.open.delete(position)
    call.deaths = 0
    call.onRun({ ...message.run, positions })
  }

  /** Starts another child for the calls in flight; those that have seen too many die are given up. */
  #revive(how: string): void {
    this.#child = undefined
    for (const [seq, call] of this.#calls) {
      if (++call.deaths < deathsAtMost) this.#ask(seq, call)
      else call.end(deadly(this.#settings.name, how))
    }
    this.#holdOpen()
  }

  #send(message: ToChild): void {
    // A child that cannot be sent anything is about to report its end.
    if (this.#child?.connected) this.#child.send(message, () => undefined)
  }

  #holdOpen(): void {
    const child = this.#child
    if (this.#calls.size > 0) {
      child?.ref()
      child?.channel?.ref()
    } else {
      child?.unref()
      child?.channel?.unref()
    }
  }
}

function deadly(model: string, how: string): MemoryError {
  return new MemoryError(
    'BACKEND',
    `The process that runs ${model} died ${deathsAtMost} times on these texts: ${how}. When there was too little memory, ` +
      'lower textsPerRun; otherwise see what it wrote to standard error.',
    { retryable: true },
  )
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return resolve()
    child.ref()
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}
