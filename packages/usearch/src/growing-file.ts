import { closeSync, fsync, openSync, read, readSync, unlinkSync, writeSync } from 'node:fs'
import { promisify } from 'node:util'
import { crc32 } from 'node:zlib'

/** Bytes that a check reads at a time: it goes on once for each slice of about a millisecond that others work. */
const checkedBytes = 2 ** 22

const readAsync = promisify(read)

/** A file that is only ever appended to, with the checksum of what it has. */
export class GrowingFile {
  readonly fd: number
  #bytes: number
  #crc32: number

  private constructor(fd: number, bytes: number, sum: number) {
    this.fd = fd
    this.#bytes = bytes
    this.#crc32 = sum
  }

  /** A new file. One without a name is gone with the process, however that ends; Windows keeps the name. */
  static create(path: string, options: { readonly named: boolean }): GrowingFile {
    const fd = openSync(path, 'wx+')
    if (!options.named && process.platform !== 'win32') unlinkSync(path)
    return new GrowingFile(fd, 0, 0)
  }

  /** A file of an earlier process, to be read: what lies behind its first `bytes` does not count. */
  static read(path: string, facts: { readonly bytes: number; readonly crc32: number }): GrowingFile {
    return new GrowingFile(openSync(path, 'r'), facts.bytes, facts.crc32)
  }

  get bytes(): number {
    return this.#bytes
  }

  get crc32(): number {
    return this.#crc32
  }

  /** Writes behind what counts. It counts once the answer is called, so that several files change together. */
  write(chunk: Uint8Array): () => void {
    for (let done = 0; done < chunk.byteLength;) {
      done += writeSync(this.fd, chunk, done, chunk.byteLength - done, this.#bytes + done)
    }
    return () => {
      this.#bytes += chunk.byteLength
      this.#crc32 = crc32(chunk, this.#crc32)
    }
  }

  /** Fills the target. Throws when the file is shorter. */
  readInto(target: Uint8Array, position: number): void {
    for (let done = 0; done < target.byteLength;) {
      const read = readSync(this.fd, target, done, target.byteLength - done, position + done)
      if (read === 0) throw new Error(`a file ends before byte ${position + target.byteLength}`)
      done += read
    }
  }

  /** Reads the bytes that count. Rejects when they do not match the checksum. */
  async check(name: string): Promise<void> {
    const buffers = [new Uint8Array(checkedBytes), new Uint8Array(checkedBytes)] as const
    let reads = 0
    await this.#readAll(name, checkedBytes, bytes => buffers[reads++ & 1 ? 1 : 0].subarray(0, bytes))
  }

  /** Returns the bytes that count, in parts of so many. Rejects when they do not match the checksum. */
  async content(name: string, partBytes: number): Promise<Uint8Array<ArrayBuffer>[]> {
    const parts: Uint8Array<ArrayBuffer>[] = []
    await this.#readAll(name, partBytes, bytes => {
      const part = new Uint8Array(bytes)
      parts.push(part)
      return part
    })
    return parts
  }

  /** Fills buffers, one after the other: another thread reads the next while this one is summed. */
  async #readAll(name: string, partBytes: number, bufferOf: (bytes: number) => Uint8Array): Promise<void> {
    const readFrom = (start: number): Promise<Uint8Array> | undefined => {
      const bytes = Math.min(partBytes, this.#bytes - start)
      return bytes > 0 ? readFully(this.fd, bufferOf(bytes), start) : undefined
    }
    let sum = 0
    let done = 0
    for (let next = readFrom(0); next;) {
      const part = await next
      done += part.length
      next = readFrom(done)
      sum = crc32(part, sum)
    }
    if (sum !== this.#crc32) throw new Error(`${name} does not match its checksum`)
  }

  sync(): Promise<void> {
    return promisify(fsync)(this.fd)
  }

  close(): void {
    closeSync(this.fd)
  }
}

async function readFully(fd: number, target: Uint8Array, position: number): Promise<Uint8Array> {
  for (let done = 0; done < target.length;) {
    const { bytesRead } = await readAsync(fd, target, done, target.length - done, position + done)
    if (bytesRead === 0) throw new Error(`a file ends before byte ${position + target.length}`)
    done += bytesRead
  }
  return target
}
