import { WorkerThread } from '@agentmem/core/adapter'
import type { Found } from './code-scan.ts'
import { SharedSearch } from './shared-search.ts'

/** What the thread of a graph opens. */
export interface GraphFile {
  /** It has been checked: usearch reads a damaged one until the process ends. */
  readonly file: string
  readonly dimensions: number
  readonly rows: number
  /** Of `SharedSearch`, by which it is searched. */
  readonly buffer: SharedArrayBuffer
}

/** The calls of the thread of a graph. After `open` it answers searches alone. */
export interface GraphCalls {
  open: { takes: GraphFile; gives: void }
  close: { takes: undefined; gives: void }
}

/**
 * The graph of a segment, mapped from its file in a thread of its own: usearch enters each key in a table when it maps
 * a file, 0.2 to 0.4 µs a row, and no search waits for it there. Searches ask all graphs at once. A graph never changes: usearch loses
 * links where vectors are removed.
 */
export class SegmentGraph {
  readonly #thread: WorkerThread<GraphCalls>
  readonly #search: SharedSearch

  private constructor(thread: WorkerThread<GraphCalls>, search: SharedSearch) {
    this.#thread = thread
    this.#search = search
  }

  /** Rejects when the file has another number of rows. */
  static async open(file: string, dimensions: number, rows: number): Promise<SegmentGraph> {
    const search = new SharedSearch(dimensions)
    // It makes nothing but short lists of what was found.
    const thread = new WorkerThread<GraphCalls>(
      new URL('./graph-worker.js', import.meta.url),
      'usearch graph',
      {
        maxYoungGenerationSizeMb: 1,
      },
    )
    try {
      await thread.ask('open', { file, dimensions, rows, buffer: search.buffer })
      return new SegmentGraph(thread, search)
    } catch (error) {
      await thread.terminate()
      throw error
    }
  }

  /** Asks for about the `wanted` nearest, to be had by `found`. */
  ask(vector: Float32Array, wanted: number): void {
    this.#search.ask(vector, wanted)
  }

  /** Waits for what was asked for: nearest first, and some may be missed. Undefined when the thread is gone. */
  found(): Found | undefined {
    return this.#search.answer()
  }

  close(): Promise<void> {
    return this.#thread.terminate()
  }
}
