import { closeSync, fsync, openSync, read, readSync, unlinkSync, writeSync } from 'node:fs'
import { promisify } from 'node:util'
import { crc32 } from 'node:zlib'

/** Bytes that a check reads at a time: about a millisecond's work. */
const checkedBytes = 2 ** 20

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

  /** Reads the bytes that count, and lets others work meanwhile. Rejects when they do not match the checksum. */
  async check(name: string): Promise<void> {
    const buffers = [new Uint8Array(checkedBytes), new Uint8Array(checkedBytes)] as const
    const readPart = (from: number): Promise<Uint8Array> =>
      readAll(this.fd, buffers[(from / checkedBytes) & 1] as Uint8Array, from, this.#bytes)
    let sum = 0
    let next = readPart(0)
    for (let done = 0; done < this.#bytes;) {
      const part = await next
      done += part.length
      // The next part is read by another thread while this one is summed.
      next = readPart(done)
      sum = crc32(part, sum)
    }
    if (sum !== this.#crc32) throw new Error(`${name} does not match its checksum`)
  }

  /** Returns the bytes that count, in parts of so many. Throws when they do not match the checksum. */
  content(name: string, partBytes: number): Uint8Array<ArrayBuffer>[] {
    const parts: Uint8Array<ArrayBuffer>[] = []
    let sum = 0
    for (let done = 0; done < this.#bytes; done += partBytes) {
      const part = new Uint8Array(Math.min(partBytes, this.#bytes - done))
      this.readInto(part, done)
      sum = crc32(part, sum)
      parts.push(part)
    }
    if (sum !== this.#crc32) throw new Error(`${name} does not match its checksum`)
    return parts
  }

  sync(): Promise<void> {
    return promisify(fsync)(this.fd)
  }

  close(): void {
    closeSync(this.fd)
  }
}

/** Fills the buffer from a position on, or as far as `end`. */
async function readAll(fd: number, buffer: Uint8Array, from: number, end: number): Promise<Uint8Array> {
  const part = buffer.subarray(0, Math.max(0, Math.min(buffer.length, end - from)))
  for (let done = 0; done < part.length;) {
    const { bytesRead } = await readAsync(fd, part, done, part.length - done, from + done)
    if (bytesRead === 0) throw new Error(`a file ends before byte ${end}`)
    done += bytesRead
  }
  return part
}
