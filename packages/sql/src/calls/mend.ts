import type { ChangeReceipt, LogSpan, Patch, WriteOptions } from '@agentmem/core/adapter'
import type { WriteSession } from '../database/session.ts'
import { patch } from './patch.ts'
import type { Removal } from './remove.ts'

interface Joining {
  afterPatch(session: WriteSession, patches: readonly Patch[], receipt: ChangeReceipt): Promise<void>
  afterDelete(session: WriteSession, deleted: number): Promise<void>
}

/** Changes what a delete has left behind, in its transaction. Returns the positions of both. */
export async function mend(
  session: WriteSession,
  joined: Joining,
  { span, log, mending }: Removal,
  { actor }: WriteOptions,
): Promise<LogSpan> {
  await joined.afterDelete(session, span.upTo - span.after)
  if (mending.length === 0) return span
  const receipt = await patch(session, mending, { actor }, log)
  await joined.afterPatch(session, mending, receipt)
  return { after: span.after, upTo: receipt.span?.upTo ?? span.upTo }
}
