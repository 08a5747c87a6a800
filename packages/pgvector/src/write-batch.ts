import type { LogBatch } from '@agentmem/core/adapter'
import type { Layout } from './pgvector-layout.ts'
import { send } from './send.ts'
import type { Executor } from './send.ts'
import { vectorArray } from './vector-bytes.ts'

/**
 * Moves the cursor and writes the vectors by one statement: one round trip, and all or nothing, in a transaction or
 * alone. Returns false, and writes nothing, when the cursor is not where the batch says that it must be. The row of
 * the cursor keeps other writers waiting until this one is done.
 */
export async function writeBatch(
  to: Executor,
  layout: Layout,
  typeId: number,
  { upserts, deletes, cursor, after, slot }: LogBatch,
): Promise<boolean> {
  const entries = upserts.map(({ id, scope: { orgId, userId, agentId, runId } }) => [
    id,
    orgId,
    userId ?? null,
    agentId ?? null,
    runId ?? null,
  ])
  const vectors = vectorArray(
    upserts.map(({ vector }) => vector),
    typeId,
  )
  const parameters = [
    cursor,
    after ?? null,
    JSON.stringify(deletes),
    JSON.stringify(entries),
    vectors,
    slot ?? null,
  ]
  const [row] = await send<{ moved: number }>(to, statementFor(layout), parameters)
  return row?.moved === 1
}

function statementFor({ state, vectors }: Layout): string {
  return `with moved as (
      update ${state} set cursor = $1::bigint, slot = $6::text where $2::bigint is null or cursor = $2::bigint returning one
    ), gone as (
      delete from ${vectors}
      where id = any(array(select json_array_elements_text($3::json))) and exists (select from moved)
    ), written as (
      insert into ${vectors} (id, org_id, user_id, agent_id, run_id, vector)
      select entry->>0, entry->>1, entry->>2, entry->>3, entry->>4, given.vector
      from moved, rows from (json_array_elements($4::json), unnest($5::vector[])) as given (entry, vector)
      on conflict (id) do update set org_id = excluded.org_id, user_id = excluded.user_id,
        agent_id = excluded.agent_id, run_id = excluded.run_id, vector = excluded.vector
    )
    select count(*)::integer as moved from moved`
}
