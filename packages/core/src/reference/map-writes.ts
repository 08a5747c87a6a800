import { patchedRecord, recordedChange, replacedRecord } from '../checks/changed-record.ts'
import { leftOut, MemoryError, notFound } from '../contracts/errors.ts'
import { sameScope } from '../contracts/record-keys.ts'
import { eventOf } from '../contracts/change-page.ts'
import type { ChangePage, LoggedChange } from '../contracts/change-page.ts'
import type { LogRequest } from '../contracts/log.ts'
import { scopeOf } from '../contracts/record.ts'
import type { Key, Scope, StoredRecord } from '../contracts/record.ts'
import type { CommitReceipt, StoreChange } from '../contracts/store-commit.ts'
import type * as w from '../contracts/store-writes.ts'
import { MapHistory } from './map-history.ts'
import type { Change } from './map-history.ts'
import { MapInbox } from './map-inbox.ts'
import { MapLog } from './map-log.ts'
import { mendPatches } from './mend-left.ts'
import { MapSources } from './map-sources.ts'
import { matcherOf } from './map-queries.ts'
import { copyOf } from './map-records.ts'
import { RecordMap } from './record-map.ts'

/** What a MapStore holds, and how it is written: each call all or nothing. */
export class MapWrites {
  readonly records: RecordMap = new RecordMap()
  readonly history: MapHistory = new MapHistory()
  readonly log: MapLog = new MapLog()
  readonly inbox: MapInbox = new MapInbox(this.records)
  readonly #sources = new MapSources(this.records)

  put(records: readonly StoredRecord[], options: w.PutOptions): w.PutReceipt {
    this.#refuseForeignIds(records)
    const after = this.log.head
    const duplicates = new Map<string, string>()
    const replaced = new Map<string, number>()
    for (const record of records) {
      const replaces = options.onTaken === 'replace' ? this.records.byId(record.id) : undefined
      const holder = replaces ? this.records.contentHolderOf(record) : this.records.holderOf(record)
      if (holder !== undefined) duplicates.set(record.id, holder)
      else if (replaces) replaced.set(record.id, this.#replace(replaces, record, options))
      else this.#add(record, options)
    }
    const span = { after, upTo: this.log.head }
    return replaced.size > 0 ? { duplicates, replaced, span } : { duplicates, span }
  }

  patch(patches: readonly w.Patch[], options: w.WriteOptions): w.ChangeReceipt {
    const changes: { readonly before: StoredRecord; readonly after: StoredRecord }[] = []
    const missing: string[] = []
    try {
      for (const patch of patches) {
        const before = this.records.byKey(patch.key)
        if (before) {
          const after = copyOf(patchedRecord(before, patch, options))
          this.records.replace(before, after)
          changes.push({ before, after })
        } else if (patch.mustExist) {
          throw notFound(patch.key.id)
        } else {
          missing.push(patch.key.id)
        }
      }
    } catch (error) {
      for (const { before, after } of changes.toReversed()) this.records.replace(after, before)
      throw error
    }
    const start = this.log.head
    for (const { before, after } of changes) this.#rememberChange(before, after, options)
    for (const { before, after } of changes) this.#sources.note(before, after)
    return { missing, span: { after: start, upTo: this.log.head } }
  }

  delete(keys: readonly Key[], options: w.DeleteOptions): w.ChangeReceipt {
    const after = this.log.head
    const missing = keys.filter(key => !this.records.byKey(key)).map(key => key.id)
    this.#deleteAll(
      keys.flatMap(key => this.records.byKey(key) ?? []),
      options,
    )
    if (options.purgeHistory) for (const key of keys) this.#purge(key, key.id)
    return { missing, span: { after, upTo: this.log.head } }
  }

  deleteAll(scope: Scope, options: w.DeleteAllOptions): number {
    const { where, purgeHistory } = options
    const found = [...this.records.values()].filter(matcherOf({ scope, where }))
    this.#deleteAll(found, options)
    if (purgeHistory && where) for (const record of found) this.#purge(scopeOf(record), record.id)
    else if (purgeHistory) this.#purge(scope)
    return found.length
  }

  commit(change: StoreChange, options: w.WriteOptions): CommitReceipt {
    const { puts = [], patches = [], deletes = [], pending = [], done = [] } = change
    const held = [this.records, this.history, this.log, this.inbox, this.#sources]
    const undo = held.map(part => part.snapshot())
    try {
      const receipt = this.put(puts, options)
      const [first] = receipt.duplicates
      if (first && done.length > 0) throw leftOut(...first)
      const { missing } = this.patch(patches, options)
      for (const row of pending) if (!receipt.duplicates.has(row.key.id)) this.inbox.add(row)
      this.inbox.finish(change)
      const gone = this.delete(deletes, { ...options, purgeHistory: true, cascade: false })
      const span = { after: receipt.span?.after ?? 0, upTo: this.log.head }
      return { ...receipt, missing: [...missing, ...gone.missing], span }
    } catch (error) {
      for (const putBack of undo) putBack()
      throw error
    }
  }

  touch(keys: readonly Key[], at: number): void {
    for (const key of keys) {
      const record = this.records.byKey(key)
      if (record) this.records.touch({ ...record, accessCount: record.accessCount + 1, lastAccessedAt: at })
    }
  }

  changes(request: LogRequest): ChangePage {
    const { ids, ...page } = this.log.read(request)
    const changes = ids.map((id): LoggedChange => {
      const record = this.records.byId(id)
      const position = this.log.positionOf(id)
      if (!record) return { id, scope: this.log.scopeOf(id), event: 'deleted', position }
      return { id, scope: scopeOf(record), event: eventOf(record), position }
    })
    return { changes, ...page }
  }

  /** Forgets what was in a scope, or what an id was there. */
  #purge(scope: Scope, id?: string): void {
    if (id === undefined) this.history.purge(scope)
    else this.history.purgeOf({ ...scope, id })
    this.log.forget(scope, id)
  }

  #refuseForeignIds(records: readonly StoredRecord[]): void {
    for (const record of records) {
      const holder = this.records.byId(record.id)
      if (holder && !sameScope(holder, record)) {
        throw new MemoryError('CONFLICT', `The id '${record.id}' is taken in another scope; choose another.`)
      }
    }
  }

  #add(record: StoredRecord, options: w.PutOptions): void {
    this.records.add(copyOf(record))
    this.#sources.note(undefined, record)
    const { content: newValue, createdAt } = record
    const past = options.history?.get(record.id)
    if (!past) return this.#remember({ event: 'ADD', record, newValue, createdAt }, options)
    this.history.restore(record, past)
    this.log.add(record.id)
  }

  /** Returns the new version. */
  #replace(before: StoredRecord, record: StoredRecord, options: w.WriteOptions): number {
    const after = copyOf(replacedRecord(before, record, options))
    this.records.replace(before, after)
    this.#sources.note(before, after)
    this.#rememberChange(before, after, options)
    return after.version
  }

  #rememberChange(before: StoredRecord, record: StoredRecord, options: w.WriteOptions): void {
    this.#remember({ ...recordedChange(before, record), record, createdAt: record.updatedAt }, options)
  }

  /** Deletes records and, unless that is not wanted, what they alone told. */
  #deleteAll(named: readonly StoredRecord[], options: w.DeleteOptions): void {
    const { cascade = true, purgeHistory } = options
    const along = this.#sources.along(named)
    const unique = new Set(named)
    const gone = [...(cascade ? along.gone.values() : unique)]
    const patches = cascade ? mendPatches(this.records.values(), along, Date.now()) : []
    for (const record of gone) this.#delete(record, options)
    const others = gone.filter(record => !unique.has(record))
    if (purgeHistory) for (const record of others) this.#purge(scopeOf(record), record.id)
    for (const { key } of patches) this.#sources.forgetSources(key.id, along.gone)
    this.patch(patches, options)
  }

  #delete(record: StoredRecord, options: w.WriteOptions): void {
    this.records.delete(record)
    this.inbox.delete(record)
    this.#sources.forget(record.id)
    const entry = { event: 'DELETE', previousValue: record.content, createdAt: Date.now() } as const
    this.history.add({ ...entry, record }, options.actor)
    this.log.bury(record.id, scopeOf(record))
  }

  /** Adds one change to the history and to the log. */
  #remember(change: Change, { actor }: w.WriteOptions): void {
    this.history.add(change, actor)
    this.log.add(change.record.id)
  }
}
