import { checkInteger, invalid } from '../checks/check-values.ts'
import type { Scope } from '../contracts/record.ts'
import type { Inbox } from '../infer/inbox.ts'
import { show } from '../contracts/show-value.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import type { ImportOptions, ImportResult } from '../transfer-api.ts'
import { FormatReader } from './format-reader.ts'
import { ImportBatch } from './import-batch.ts'
import { openSource } from './open-source.ts'
import type { ImportSource } from './open-source.ts'
import { readElements } from './read-elements.ts'
import { readLines } from './read-lines.ts'
import { TextReader } from './text-reader.ts'

/**
 * Adds the memories of a file, which are the lines of it or the elements of its array: exports, one after the other, or one
 * `MemoryInput` each. Or those that a format reads in it. One without an id gets one that is made from what it says, so that
 * it is skipped when it is read again. To resume an interrupted import, start it again; a repeated import adds nothing. The
 * one that cannot be stored, for whatever reason, is named with its place, and those before it are stored.
 */
export async function importMemories(
  parts: MemoryParts,
  bound: Scope,
  source: ImportSource,
  {
    from = 'ndjson',
    batchSize = 1_000,
    largeIntegers = 'refuse',
    signal,
    onProgress,
    inbox,
    ...defaults
  }: Omit<ImportOptions, 'infer'> & { readonly inbox?: Inbox | undefined },
): Promise<ImportResult> {
  checkInteger(batchSize, 'batchSize', 1, 10_000)
  if (largeIntegers !== 'refuse' && largeIntegers !== 'text') {
    throw invalid(`largeIntegers must be 'refuse' or 'text', not ${show(largeIntegers)}.`)
  }
  if (from !== 'ndjson' && from !== 'json' && typeof from !== 'function') {
    throw invalid(`from must be 'ndjson', 'json' or a format of @agentmem/core/import, not ${show(from)}.`)
  }
  const batch = new ImportBatch({ parts, inbox, signal })
  const store = async (): Promise<void> => {
    if (batch.size === 0) return
    await batch.store()
    onProgress?.({ done: batch.done })
  }
  const bytes = openSource(source, signal)
  const context = { parts, bound, defaults }
  const items =
    typeof from === 'function'
      ? new FormatReader(context).read(from(bytes))
      : from === 'json'
        ? new TextReader(context, 'Element', largeIntegers).read(readElements(bytes))
        : new TextReader(context, 'Line', largeIntegers).read(readLines(bytes))
  for await (const item of items) {
    if ('error' in item) {
      await store()
      throw batch.failureAt(item.place, item.error)
    }
    batch.add(item)
    if (batch.size >= batchSize) await store()
  }
  await store()
  return { imported: batch.done - batch.skipped, skipped: batch.skipped }
}
