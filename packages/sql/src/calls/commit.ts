import { leftOut } from '@agentmem/core/adapter'
import type {
  ChangeReceipt,
  CommitReceipt,
  Patch,
  PutReceipt,
  StoreChange,
  StoredRecord,
  VectorWriteOptions,
} from '@agentmem/core/adapter'
import type { WriteSession } from '../database/session.ts'
import { takeLogFor } from '../log/log.ts'
import { addToInbox, finishInInbox } from './inbox.ts'
import { patch } from './patch.ts'
import { put } from './put.ts'
import { deleteByKey } from './remove.ts'

/** What is told of each step of a commit in its transaction. */
export interface Joining {
  afterPut(session: WriteSession, records: readonly StoredRecord[], receipt: PutReceipt): Promise<void>
  afterPatch(session: WriteSession, patches: readonly Patch[], receipt: ChangeReceipt): Promise<void>
  afterDelete(session: WriteSession, deleted: number): Promise<void>
}

/** Writes several changes. Each of them goes on where the one before it left the log. */
export async function commit(
  session: WriteSession,
  change: StoreChange,
  options: VectorWriteOptions,
  joined: Joining,
): Promise<CommitReceipt> {
  const { puts = [], patches = [], deletes = [], pending = [], done = [] } = change
  const log = await takeLogFor(session, options)
  const after = log.head
  let upTo = after
  let receipt: CommitReceipt = { duplicates: new Map(), missing: [] }
  if (puts.length > 0) {
    const written = await put(session, puts, options, undefined, log)
    await joined.afterPut(session, puts, written)
    const [first] = written.duplicates
    if (first && done.length > 0) throw leftOut(...first)
    upTo = written.span?.upTo ?? upTo
    receipt = { ...receipt, ...written }
  }
  if (patches.length > 0) {
    const changed = await patch(session, patches, options, { ...log, head: upTo })
    await joined.afterPatch(session, patches, changed)
    upTo = changed.span?.upTo ?? upTo
    receipt = { ...receipt, missing: changed.missing }
  }
  const kept = pending.filter(({ key }) => !receipt.duplicates.has(key.id))
  await addToInbox(session, kept, after)
  await finishInInbox(session, change)
  if (deletes.length > 0) {
    const at = { ...log, head: upTo, hasPending: log.hasPending || kept.length > 0 }
    const how = { ...options, purgeHistory: true, cascade: false }
    const { missing, span } = await deleteByKey(session, deletes, how, at)
    await joined.afterDelete(session, span.upTo - span.after)
    upTo = span.upTo
    receipt = { ...receipt, missing: [...receipt.missing, ...missing] }
  }
  return { ...receipt, span: { after, upTo } }
}
