import { MemoryError } from '@agentmem/core'
import type { Worker } from 'node:worker_threads'
import type { Answer, ErrorMessage, WorkerCall, WorkerCalls } from './protocol.ts'

interface PendingCall {
  readonly resolve: (body: never) => void
  readonly reject: (error: MemoryError) => void
}

/**
 * Asks a worker and matches its answers to the questions. A pending call keeps the process alive, an idle
 * worker does not. A worker that dies rejects what is pending and whatever is asked later.
 */
export class WorkerClient {
  readonly #worker: Worker
  readonly #pending = new Map<number, PendingCall>()
  #lastSeq = 0
  #death: MemoryError | undefined

  constructor(worker: Worker) {
    this.#worker = worker
    worker.unref()
    worker.on('message', (answer: Answer) => this.#settle(answer))
    worker.on('error', error => this.#die(`failed: ${String(error)}`, error))
    worker.on('messageerror', error => this.#die(`sent what cannot be read: ${String(error)}`, error))
    worker.on('exit', code => this.#die(`ended with exit code ${code}`))
  }

  ask<Op extends WorkerCall>(
    op: Op,
    body: WorkerCalls[Op]['takes'],
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<WorkerCalls[Op]['gives']> {
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
    this.#death ??= new MemoryError('CLOSED', 'The hnsw index is closed.')
    await this.#worker.terminate()
  }

  #settle(answer: Answer): void {
    const call = this.#pending.get(answer.seq)
    this.#pending.delete(answer.seq)
    if (this.#pending.size === 0) this.#worker.unref()
    if ('error' in answer) call?.reject(revive(answer.error))
    else call?.resolve(answer.body as never)
  }

  #die(how: string, cause?: unknown): void {
    this.#death ??= new MemoryError(
      'BACKEND',
      `The worker thread of the hnsw index ${how}. Open the index again; the Store fills in what it lacks.`,
      { cause },
    )
    for (const { reject } of this.#pending.values()) reject(this.#death)
    this.#pending.clear()
  }
}

function revive({ code, message, retryable, cause }: ErrorMessage): MemoryError {
  return new MemoryError(code, message, { retryable, cause })
}
