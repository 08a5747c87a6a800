import { checkBoolean, checkOptions, invalid } from './checks/check-values.ts'
import type { Metadata, Scope } from './contracts/record.ts'
import { show } from './contracts/show-value.ts'
import type { MemoryEngine } from './memory-engine.ts'
import { inboxOf } from './infer/inbox.ts'
import { MemoryWrites } from './memory-writes.ts'
import type { MemoryParts } from './parts/memory-parts.ts'
import { narrowScope, scopeOptions } from './parts/narrow-scope.ts'
import type { CopyOptions, CopyResult, ExportOptions, ImportOptions, ImportResult } from './transfer-api.ts'
import { copyMemories } from './transfer/copy-memories.ts'
import { exportMemories } from './transfer/export-memories.ts'
import { importMemories } from './transfer/import-memories.ts'
import { checkAddOptions } from './write/parse-input.ts'

/** The calls of a Memory that move memories: into files, out of files, and into another memory. */
export class MemoryTransfer<Meta extends object = Metadata> extends MemoryWrites<Meta> {
  readonly #engine: MemoryEngine
  readonly #scope: Scope

  protected constructor(engine: MemoryEngine, scope: Scope) {
    super(engine, scope)
    this.#engine = engine
    this.#scope = scope
  }

  /**
   * Writes the memories of a scope (default: all that this memory sees) as NDJSON, to a file or a stream.
   *
   * @example
   * await memory.exportTo('memories.ndjson', { userId: 'ana', history: true })
   */
  async exportTo(target: string | NodeJS.WritableStream, options: ExportOptions = {}): Promise<void> {
    checkOptions(options, [...scopeOptions, 'vectors', 'history', 'onProgress'])
    const scope = narrowScope(this.#scope, options)
    const work = (parts: MemoryParts): Promise<void> => exportMemories(parts, scope, target, options)
    return this.#engine.run('exportTo', work, { ...options, once: typeof target !== 'string' })
  }

  /**
   * Adds the memories of a file or stream: an export, or one memory a line as `add` takes it, or what `from` says. Memories that are there already are skipped, so that an import which was
   * interrupted is resumed by starting it again, and repeating one adds nothing.
   *
   * @example
   * import { importFormats } from '@agentmem/core/import'
   * await memory.importFrom('conversations.json', { userId: 'ana', from: importFormats.chatgpt })
   */
  async importFrom(
    source: string | AsyncIterable<Uint8Array | string>,
    options: ImportOptions = {},
  ): Promise<ImportResult> {
    checkAddOptions(options as Omit<ImportOptions, 'infer'>, [
      'from',
      'batchSize',
      'largeIntegers',
      'infer',
      'onProgress',
    ])
    const { infer = false, ...rest } = options
    checkBoolean(infer, 'options.infer')
    const inbox = infer ? inboxOf(this.#engine) : undefined
    const once = typeof source !== 'string'
    const work = (parts: MemoryParts) => importMemories(parts, this.#scope, source, { ...rest, inbox })
    return this.#engine.run('importFrom', work, { ...options, once })
  }

  /**
   * Copies the memories of a scope (default: all that this memory sees) into another memory, whatever its parts are: ids,
   * times, metadata and, with the same model, vectors come along; with another model, or another organization, they get its
   * own. Takes one page at a time. What is there already is skipped: a copy that was interrupted is resumed by starting it
   * again. Every page is read back; throws `CONFLICT` when one of its memories is not there, or an id is another user's.
   *
   * @example
   * const { copied, skipped } = await memory.copyTo(other, { userId: 'ana', history: true })
   */
  async copyTo(target: MemoryTransfer<Meta>, options: CopyOptions = {}): Promise<CopyResult> {
    checkOptions(options, [...scopeOptions, 'history', 'batchSize', 'onProgress'])
    if (!(target instanceof MemoryTransfer))
      throw invalid(`copyTo takes a Memory to copy to, not ${show(target)}.`)
    if (target.#engine === this.#engine && target.#scope.orgId === this.#scope.orgId)
      throw invalid('copyTo takes another memory than the one that is copied.')
    const scope = narrowScope(this.#scope, options)
    const copy = (source: MemoryParts) => (parts: MemoryParts) =>
      copyMemories(source, scope, { parts, bound: target.#scope }, options)
    return this.#engine.run('copyTo', source => target.#engine.run('copyTo', copy(source), options), options)
  }
}
