import { ExactIndex } from '@agentmem/core'
import {
  checkedChunks,
  HeaderDirectory,
  inTurn,
  packVectors,
  serveIndex,
  vectorAt,
  writeFacts,
} from '@agentmem/core/adapter'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'

/** An exact index in a thread, which keeps all of its entries in one file that each snapshot writes anew. */
class ReferenceService {
  #job = inTurn()
  #entries = new Map()
  #unsaved = 0
  #rebuiltBecause

  static async open(settings) {
    const service = new ReferenceService()
    service.settings = settings
    service.index = new ExactIndex(settings.dimensions)
    if (settings.path === undefined) return service
    service.directory = await HeaderDirectory.open(settings.path, ['entries'])
    const text = await service.directory.text()
    try {
      if (text !== undefined) await service.#load(service.directory.parse(text))
    } catch (error) {
      service.#rebuiltBecause = `the snapshot is damaged: ${error.message}`
    }
    return service
  }

  apply({ ids, scopes, scopeOf, vectors, deletes, cursor, slot }) {
    const { dimensions, savesAfter } = this.settings
    const upserts = ids.map((id, i) => {
      const vector = vectorAt(vectors, i, dimensions)
      return { id, scope: scopes[scopeOf[i]], vector }
    })
    return this.#job(async () => {
      for (let start = 0; start < upserts.length; start += 100) {
        await this.#set(upserts.slice(start, start + 100), [])
        await setImmediate()
      }
      await this.#set([], deletes, cursor, slot)
      this.#unsaved += Math.max(ids.length + deletes.length, 1)
      if (this.#unsaved >= savesAfter) void this.#job(() => this.#save()).catch(() => undefined)
    })
  }

  search({ vectors, ks, scopes }) {
    const { dimensions } = this.settings
    const queries = scopes.map((scope, i) => ({ vector: vectorAt(vectors, i, dimensions), k: ks[i], scope }))
    return this.index.search(queries)
  }

  async get(ids) {
    const held = await this.index.get(ids)
    const vectors = held.flatMap(vector => vector ?? [])
    return { found: held.map(Boolean), vectors: packVectors(vectors, this.settings.dimensions) }
  }

  cursor = () => this.index.cursor()
  slot = () => this.index.slot()
  optimize = () => this.#job(() => this.#save())
  close = () => this.#job(() => this.#save())

  async stats() {
    const { size } = this.#entries
    const unsavedChanges = this.directory && this.#unsaved
    return { vectors: size, graphVectors: size, unsavedChanges, rebuiltBecause: this.#rebuiltBecause }
  }

  clear() {
    return this.#job(async () => {
      this.#entries.clear()
      this.#unsaved = 0
      await this.index.clear()
      await this.directory?.removeHeader()
    })
  }

  async #set(upserts, deletes, cursor = 0, slot) {
    for (const entry of upserts) this.#entries.set(entry.id, { ...entry, vector: [...entry.vector] })
    for (const id of deletes) this.#entries.delete(id)
    await this.index.apply({ upserts, deletes, cursor, slot })
  }

  async #save() {
    if (!this.directory || this.#unsaved === 0) return
    const name = `entries-${randomUUID()}`
    const path = join(this.directory.path, name)
    const facts = await writeFacts(path, [Buffer.from(JSON.stringify([...this.#entries.values()]))])
    const [cursor, slot] = [await this.index.cursor(), await this.index.slot()]
    const { dimensions } = this.settings
    await this.directory.commit({ format: 1, dimensions, cursor, slot, entries: { name, ...facts } })
    this.#unsaved = 0
    await this.directory.removeOrphans(new Set([name]))
  }

  async #load({ format, dimensions, cursor, slot, entries }) {
    this.#rebuiltBecause =
      format !== 1
        ? `the snapshot has format ${format}, this version reads 1`
        : dimensions !== this.settings.dimensions
          ? `the snapshot has dimensions ${dimensions} instead of ${this.settings.dimensions}`
          : undefined
    if (this.#rebuiltBecause !== undefined) return
    let text = ''
    const utf8 = new TextDecoder()
    for await (const chunk of checkedChunks(this.directory.path, entries))
      text += utf8.decode(chunk, { stream: true })
    const upserts = JSON.parse(text).map(entry => ({ ...entry, vector: Float32Array.from(entry.vector) }))
    await this.#set(upserts, [], cursor, slot)
  }
}

serveIndex('reference', settings => ReferenceService.open(settings))
