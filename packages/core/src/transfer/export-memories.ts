import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import { checkBoolean, invalid } from '../checks/check-values.ts'
import { keyOf } from '../contracts/record-keys.ts'
import type { Scope } from '../contracts/record.ts'
import { show } from '../contracts/show-value.ts'
import type { ExportOptions } from '../transfer-api.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { isVisible } from '../parts/visibility.ts'
import { encodeRecord, headerOf } from './exported-record.ts'
import { fileError } from './file-error.ts'
import { replaceFile } from './replace-file.ts'
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
  { store, embedder, now }: MemoryParts,
  scope: Scope,
  { vectors = true, signal, onProgress }: ExportOptions,
): AsyncGenerator<string> {
  yield `${JSON.stringify(headerOf(embedder))}\n`
  let done = 0
  for await (const page of store.query({ scope, order: { by: 'createdAt', direction: 'asc' } }, { signal })) {
    const records = page.filter(record => isVisible(record, scope, now()))
    const held = vectors ? await store.vectors(records.map(keyOf), { signal }) : []
    for (const [i, record] of records.entries()) yield `${JSON.stringify(encodeRecord(record, held[i]))}\n`
    done += records.length
    onProgress?.({ done })
  }
}
