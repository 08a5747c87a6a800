import { MemoryError, WorkerThread } from '@agentmem/core/adapter'
import type { FileFacts } from '@agentmem/core/adapter'

export interface GraphTask {
  /** The file of the vectors, as the process has it open. */
  readonly fd: number
  readonly rows: number
  /** Of the vectors. */
  readonly crc32: number
  readonly dimensions: number
  /** A file that is not there yet. */
  readonly file: string
  readonly threads: number
}

/** The calls of the builder thread. `build` gives undefined when it was stopped. */
export interface BuilderCalls {
  build: { takes: GraphTask; gives: Omit<FileFacts, 'name'> | undefined }
  stop: { takes: undefined; gives: void }
  close: { takes: undefined; gives: void }
}

/**
 * Builds graphs in a thread of their own, one at a time. The thread ends after each: the memory of a graph is
 * given back only with its thread, since the garbage collector is not told of it.
 */
export class GraphBuilder {
  #thread: WorkerThread<BuilderCalls> | undefined
  #isStopped = false

  /** Resolves when the file is on disk; undefined when the builder was stopped. */
  async build(task: GraphTask): Promise<Omit<FileFacts, 'name'> | undefined> {
    if (this.#isStopped) return undefined
    const file = new URL('./builder-worker.js', import.meta.url)
    this.#thread = new WorkerThread(file, 'usearch graph builder')
    try {
      return await this.#thread.ask('build', task)
    } finally {
      await this.#thread.terminate()
      this.#thread = undefined
    }
  }

  /** Gives up what is being built, and builds nothing any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    // A thread that ends just now, because its graph is built, answers no more: it has stopped as well.
    await this.#thread?.ask('stop', undefined).catch((error: unknown) => {
      if (!MemoryError.is(error) || error.code !== 'CLOSED') throw error
    })
  }
}
