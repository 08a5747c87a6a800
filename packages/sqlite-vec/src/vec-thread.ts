import { Worker } from 'node:worker_threads'
import { MemoryError } from '@agentmem/core'
import type { LogBatch, MemoryErrorCode, VectorQuery } from '@agentmem/core'
import type { VecFile, VecFileSettings } from './vec-file.ts'

/** What a thread can be asked: to open a file, then whatever the file can do. */
export type Question = { readonly seq: number } & (
  | { readonly op: 'open'; readonly body: VecFileSettings }
  | { readonly op: 'apply'; readonly body: LogBatch }
  | { readonly op: 'search'; readonly body: readonly VectorQuery[] }
  | { readonly op: 'get'; readonly body: readonly string[] }
  | { readonly op: 'cursor' | 'clear' | 'optimize' | 'stats' | 'close'; readonly body: undefined }
)

/** An error as it crosses threads. */
interface ErrorMessage {
  readonly code: MemoryErrorCode
  readonly message: string
  readonly retryable: boolean
  readonly cause: unknown
}

export type Answer =
  | { readonly seq: number; readonly body: unknown }
  | { readonly seq: number; readonly error: ErrorMessage }

type Body<Op> = Op extends keyof VecFile ? Parameters<VecFile[Op]>[0] : VecFileSettings
type Given<Op> = Op extends keyof VecFile ? ReturnType<VecFile[Op]> : void

interface Pending {
  readonly resolve: (body: never) => void
  readonly reject: (error: MemoryError) => void
}

/**
 * A thread with a connection of its own. A question under way keeps the process alive, an idle thread does
 * not; a thread that dies rejects what is pending and whatever is asked later.
 */
export class VecThread {
  readonly #worker: Worker
  readonly #pending = new Map<number, Pending>()
  #seq = 0
  #death: MemoryError | undefined

  private constructor(worker: Worker) {
    this.#worker = worker
    worker.unref()
    worker.on('message', (answer: Answer) => this.#settle(answer))
    worker.on('error', error => this.#die(`failed: ${String(error)}`, error))
    worker.on('messageerror', error => this.#die(`sent what cannot be read: ${String(error)}`, error))
    worker.on('exit', code => this.#die(`ended with exit code ${code}`))
  }

  /** A thread without a file yet; it loads what it needs while others do. */
  static start(): VecThread {
    const file = new URL('./vec-worker.js', import.meta.url)
    // Flags of the process, such as a loader, are not for this file.
    return new VecThread(new Worker(file, { name: 'agentmem-sqlite-vec', execArgv: [] }))
  }

  ask<Op extends Question['op']>(
    op: Op,
    body: Body<Op>,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Given<Op>> {
    if (this.#death) return Promise.reject(this.#death)
    const seq = ++this.#seq
    return new Promise((resolve, reject) => {
      this.#worker.postMessage({ seq, op, body }, transfer)
      if (this.#pending.size === 0) this.#worker.ref()
      this.#pending.set(seq, { resolve, reject })
    })
  }

  /** Closes the connection and ends the thread. Fine when it is dead already. */
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
    this.#death ??= new MemoryError('CLOSED', 'The sqlite-vec index is closed.')
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
    const message = `A thread of the sqlite-vec index ${how}. Open the index again; the Store fills in what it lacks.`
    this.#death ??= new MemoryError('BACKEND', message, { cause })
    for (const { reject } of this.#pending.values()) reject(this.#death)
    this.#pending.clear()
  }
}
