import { parentPort, Worker } from 'node:worker_threads'
import type { ResourceLimits } from 'node:worker_threads'

import { MemoryError } from '../contracts/errors.ts'
import type { MemoryErrorCode } from '../contracts/errors.ts'
import { closeGate, openGate } from './native-call.ts'
import type { NativeGate } from './native-call.ts'

/** Every call that a worker answers, by its name: what it takes and what it gives back. */
type CallsOf<Names extends PropertyKey> = Readonly<Record<Names, { takes: unknown; gives: unknown }>>

/** One member a call, so that `op` tells the type of `body`. */
export type Question<Calls extends CallsOf<keyof Calls>> = {
  [Op in keyof Calls]: { readonly seq: number; readonly op: Op; readonly body: Calls[Op]['takes'] }
}[keyof Calls]

/** A MemoryError cut down to what a message keeps: structured cloning drops the fields of a subclass. */
interface ErrorMessage {
  readonly code: MemoryErrorCode
  readonly message: string
  readonly retryable: boolean
  readonly cause: unknown
}

type Answer =
  | { readonly seq: number; readonly body: unknown }
  | { readonly seq: number; readonly error: ErrorMessage }

interface PendingCall {
  readonly resolve: (body: never) => void
  readonly reject: (error: MemoryError) => void
}

/**
 * Starts the worker thread of an index, asks it, and matches its answers to the questions. A pending call keeps the
 * process alive, an idle thread does not. A thread that dies rejects what is pending and whatever is asked later.
 * A `nativeCall` in the thread is waited for, at the end of the thread and of the process.
 */
export class WorkerThread<Calls extends CallsOf<keyof Calls | 'close'>> {
  readonly #worker: Worker
  readonly #owner: string
  readonly #gate: NativeGate
  readonly #pending = new Map<number, PendingCall>()
  #lastSeq = 0
  #death: MemoryError | undefined

  /** `file` is run as the thread; `owner` is what messages call the index, such as `hnsw index`. */
  constructor(file: URL, owner: string, resourceLimits: ResourceLimits = {}) {
    this.#owner = owner
    this.#gate = openGate()
    const name = `agentmem ${owner}`
    // Flags of the process, such as --input-type or a loader, do not apply to this file.
    const worker = new Worker(file, {
      name,
      execArgv: [],
      resourceLimits,
      workerData: { nativeGate: this.#gate },
    })
    this.#worker = worker
    worker.unref()
    worker.on('message', (answer: Answer) => this.#settle(answer))
    worker.on('error', error => {
      if (isMissing(error)) this.#end(missingFile(this.#owner, error))
      else this.#die(`failed: ${String(error)}`, error)
    })
    worker.on('messageerror', error => this.#die(`sent what cannot be read: ${String(error)}`, error))
    worker.on('exit', code => {
      void closeGate(this.#gate)
      this.#die(`ended with exit code ${code}`)
    })
  }

  ask<Op extends keyof Calls>(
    op: Op,
    body: Calls[Op]['takes'],
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Calls[Op]['gives']> {
    if (this.#death) return Promise.reject(this.#death)
    const seq = ++this.#lastSeq
    return new Promise((resolve, reject) => {
      this.#worker.postMessage({ seq, op, body }, transfer)
      if (this.#pending.size === 0) this.#worker.ref()
      this.#pending.set(seq, { resolve, reject })
    })
  }

  /** Asks for `close`, then ends the thread. Fine when it is dead already. */
  async close(): Promise<void> {
    if (this.#death) return
    try {
      await this.ask('close', undefined)
    } finally {
      await this.terminate()
    }
  }

  /** Ends the thread as it is. */
  async terminate(): Promise<void> {
    this.#death ??= new MemoryError('CLOSED', `The ${this.#owner} is closed.`)
    await closeGate(this.#gate)
    await this.#worker.terminate()
  }

  #settle(answer: Answer): void {
    const call = this.#pending.get(answer.seq)
    this.#pending.delete(answer.seq)
    if (this.#pending.size === 0) this.#worker.unref()
    if (!('error' in answer)) return call?.resolve(answer.body as never)
    const { code, message, retryable, cause } = answer.error
    call?.reject(new MemoryError(code, message, { retryable, cause }))
  }

  #die(how: string, cause?: unknown): void {
    const message = `A worker thread of the ${this.#owner} ${how}. Open the index again; the Store fills in what it lacks.`
    this.#end(new MemoryError('BACKEND', message, { cause }))
  }

  #end(error: MemoryError): void {
    this.#death ??= error
    for (const { reject } of this.#pending.values()) reject(this.#death)
    this.#pending.clear()
  }
}

function isMissing(error: Error): boolean {
  return 'code' in error && (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_MODULE_NOT_FOUND')
}

/** The error of a part that runs in a file of its own, a worker or a child, where that file, or what it imports, is not there. */
export function missingFile(owner: string, cause: Error): MemoryError {
  return new MemoryError(
    'NOT_INSTALLED',
    `The ${owner} runs in a file of its package that is not there (${cause.message.split('\n')[0]}). A bundler leaves it out: ` +
      `keep the package out of the bundle, such as by --external:'@agentmem/*' of esbuild, and install it beside it.`,
    { cause },
  )
}

/** The other side, in the worker: `answer` gives the body that the caller awaits, and what of it need not be copied. */
export function answerQuestions<Calls extends CallsOf<keyof Calls>>(
  answer: (question: Question<Calls>) => Promise<{ body: unknown; transfer?: ArrayBuffer[] }>,
  toMemoryError: (thrown: unknown, op: keyof Calls) => MemoryError,
): void {
  const respond = async (question: Question<Calls>): Promise<void> => {
    const { seq, op } = question
    try {
      const { body, transfer = [] } = await answer(question)
      parentPort?.postMessage({ seq, body } satisfies Answer, transfer)
    } catch (thrown) {
      const { code, message, retryable, cause } = toMemoryError(thrown, op)
      // An Error can be cloned; of anything else that is not certain.
      const sent = cause === undefined || cause instanceof Error ? cause : String(cause)
      const error: ErrorMessage = { code, message, retryable, cause: sent }
      parentPort?.postMessage({ seq, error } satisfies Answer, [])
    }
  }
  parentPort?.on('message', (question: Question<Calls>) => void respond(question))
}
