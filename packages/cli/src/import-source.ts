import { MemoryError } from '@agentmem/core'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { addAbortSignal } from 'node:stream'
import type { Readable } from 'node:stream'

/** The bytes of a file or of stdin, counted while they are read. */
export class ImportSource implements AsyncIterable<Uint8Array> {
  readonly #open: () => Readable
  readonly #size: number | undefined
  readonly #signal: AbortSignal
  #read = 0

  private constructor(open: () => Readable, size: number | undefined, signal: AbortSignal) {
    this.#open = open
    this.#size = size
    this.#signal = signal
  }

  /** '-' is stdin. Throws `NOT_FOUND` when there is no such file. Reading ends when the signal is aborted. */
  static async open(file: string, signal: AbortSignal): Promise<ImportSource> {
    if (file === '-') return new ImportSource(() => process.stdin, undefined, signal)
    const facts = await stat(file).catch((cause: Error) => {
      const missing = 'code' in cause && cause.code === 'ENOENT'
      const message = missing ? `There is no file ${file}.` : `${file} cannot be read: ${cause.message}.`
      throw new MemoryError(missing ? 'NOT_FOUND' : 'BACKEND', message, { cause })
    })
    if (facts.isDirectory()) throw new MemoryError('NOT_FOUND', `${file} is a directory; name a file in it.`)
    return new ImportSource(() => createReadStream(file), facts.isFile() ? facts.size : undefined, signal)
  }

  /** How much was read, 0 to 1; undefined when the size is not known beforehand. */
  get share(): number | undefined {
    return this.#size === undefined ? undefined : Math.min(1, this.#read / Math.max(1, this.#size))
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for await (const chunk of addAbortSignal(this.#signal, this.#open())) {
      this.#read += (chunk as Uint8Array).byteLength
      yield chunk as Uint8Array
    }
  }
}
