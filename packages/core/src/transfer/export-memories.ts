import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import { checkBoolean, invalid } from '../checks/check-values.ts'
import type { Scope } from '../contracts/record.ts'
import { show } from '../contracts/show-value.ts'
import type { ExportOptions } from '../transfer-api.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { givenEntry, givenRecord } from '../parts/given-ids.ts'
import { encodeHistory, encodeRecord, headerOf } from './exported-record.ts'
import { fileError } from './file-error.ts'
import { replaceFile } from './replace-file.ts'
import { storedPages } from './stored-pages.ts'
import { writeToStream } from './write-to-stream.ts'

/**
 * Writes the memories of a scope as lines of JSON, oldest first. A stream is left open. A file is replaced only
 * when the new one is complete and on the disk: an export that fails leaves the old file as it was.
 */
export async function exportMemories(
  parts: MemoryParts,
  scope: Scope,
  target: string | NodeJS.WritableStream,
  options: ExportOptions,
): Promise<void> {
  checkBoolean(options.vectors, 'options.vectors')
  checkBoolean(options.history, 'options.history')
  checkTarget(target)
  const lines = exportLines(parts, scope, options)
  if (typeof target !== 'string') return writeToStream(lines, target, options.signal)
  const write = (path: string, mode: number | undefined): Promise<void> =>
    pipeline(Readable.from(lines), createWriteStream(path, { mode, flush: true }), { signal: options.signal })
  await replaceFile(target, write).catch((error: unknown) => {
    throw fileError(target, error)
  })
}

function checkTarget(target: unknown): void {
  const { write, on } = Object(target) as Record<string, unknown>
  if (typeof target === 'string' || (typeof write === 'function' && typeof on === 'function')) return
  throw invalid(`exportTo takes the name of a file, or a stream that is written to, not ${show(target)}.`)
}

async function* exportLines(
  parts: MemoryParts,
  scope: Scope,
  { vectors = true, history = false, signal, onProgress }: ExportOptions,
): AsyncGenerator<string> {
  const line = (value: object): string => `${JSON.stringify(value)}\n`
  yield line(headerOf(parts.embedder, history))
  let done = 0
  for await (const page of storedPages(parts, scope, { vectors, history, signal })) {
    for (const memory of page) {
      yield line(encodeRecord(givenRecord(memory.record), memory.vector))
      for (const entry of memory.history ?? []) yield line(encodeHistory(givenEntry(entry)))
    }
    done += page.length
    onProgress?.({ done })
  }
}
