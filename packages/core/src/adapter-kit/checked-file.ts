import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'

/** The size and checksum of a file that is used only when it has both. */
export interface FileFacts {
  readonly name: string
  readonly bytes: number
  readonly crc32: number
}

/** Bytes read and checksummed at a time: about a millisecond's work, so that searches run in between. */
const chunkBytes = 1 << 20

/** Writes chunks to a new file and syncs it. */
export async function writeFacts(
  file: string,
  chunks: Iterable<Uint8Array>,
): Promise<Omit<FileFacts, 'name'>> {
  const handle = await open(file, 'wx')
  try {
    let bytes = 0
    let sum = 0
    for (const chunk of chunks) {
      await handle.writeFile(chunk)
      bytes += chunk.byteLength
      sum = crc32(chunk, sum)
    }
    await handle.sync()
    return { bytes, crc32: sum }
  } finally {
    await handle.close()
  }
}

/** Syncs a file that a library wrote, and gives its facts. */
export async function syncFacts(file: string): Promise<Omit<FileFacts, 'name'>> {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
    let bytes = 0
    let sum = 0
    for await (const chunk of chunksOf(handle, chunkBytes)) {
      bytes += chunk.byteLength
      sum = crc32(chunk, sum)
    }
    return { bytes, crc32: sum }
  } finally {
    await handle.close()
  }
}

/**
 * The content of a file, `size` bytes at a time. Throws when the file does not match its facts; a wrong
 * checksum shows only at the end. A chunk is overwritten by the one after the next.
 */
export async function* checkedChunks(
  directory: string,
  facts: FileFacts,
  size: number = chunkBytes,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const handle = await open(join(directory, facts.name), 'r')
  try {
    const { size: bytes } = await handle.stat()
    if (bytes !== facts.bytes) throw new Error(`${facts.name} has ${bytes} bytes instead of ${facts.bytes}`)
    let sum = 0
    for await (const chunk of chunksOf(handle, size)) {
      sum = crc32(chunk, sum)
      yield chunk
    }
    if (sum !== facts.crc32) throw new Error(`${facts.name} does not match its checksum`)
  } finally {
    await handle.close()
  }
}

/** Makes the names in a directory as durable as the files. Windows cannot open a directory and need not. */
export async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function* chunksOf(handle: FileHandle, size: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let [buffer, other] = [new Uint8Array(size), new Uint8Array(size)]
  let next = readFull(handle, buffer)
  for (;;) {
    const chunk = await next
    if (chunk.length === 0) return
    // Another thread reads the next chunk while this one is looked at.
    next = chunk.length < size ? Promise.resolve(chunk.subarray(0, 0)) : readFull(handle, other)
    // Who stops here does not wait for it.
    next.catch(() => undefined)
    yield chunk
    ;[buffer, other] = [other, buffer]
  }
}

/** Fills the buffer from where the file was read last, or as far as the file goes. */
async function readFull(
  handle: FileHandle,
  buffer: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  for (let filled = 0; ;) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, null)
    filled += bytesRead
    if (bytesRead === 0 || filled === buffer.length) return buffer.subarray(0, filled)
  }
}
