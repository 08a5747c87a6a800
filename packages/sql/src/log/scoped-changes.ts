import { eventOf, scopeOf } from '@agentmem/core/adapter'
import type { ChangePage, LoggedChange, LogRequest } from '@agentmem/core/adapter'
import { sql } from 'kysely'
import type { Compilable } from 'kysely'
import type { Session } from '../database/session.ts'
import { scopeSelection } from '../database/tables.ts'

interface ChangeRow {
  readonly seq: number
  readonly id: string
  /** Null for a delete from before layout 4. */
  readonly orgId: string | null
  readonly userId: string | null
  readonly agentId: string | null
  readonly runId: string | null
  /** 0 for a delete, and for a record that is hidden. */
  readonly version: number
}

/** A page of the log with scopes. One statement reads both tables, as that of vectors does, and for the same reason. */
export async function scopedChanges(session: Session, { after, limit }: LogRequest): Promise<ChangePage> {
  const parameters = [after, limit + 1, after, limit + 1]
  const { rows } = await session.statements.run(
    session,
    'scoped changes',
    () => changesQuery(session),
    parameters,
  )
  const page = rows.toSorted((a, b) => a.seq - b.seq).slice(0, limit)
  const newest = new Map(page.map(row => [row.id, row.seq]))
  const changes = page.flatMap((row): LoggedChange[] => {
    const { id, orgId, seq: position, version } = row
    // What came before layout 4 was deleted before anybody read this log.
    if (orgId === null || newest.get(id) !== position) return []
    const event = version === 0 ? 'deleted' : eventOf({ version, deletedAt: null })
    return [{ id, scope: scopeOf({ ...row, orgId }), event, position }]
  })
  return { changes, cursor: page.at(-1)?.seq ?? after, done: rows.length <= limit }
}

function changesQuery({ db }: Session): Compilable<ChangeRow> {
  const live = db
    .selectFrom('memories')
    .select(['seq', 'id', ...scopeSelection])
    .select(
      sql<number>`case when ${sql.ref('deleted_at')} is null then ${sql.ref('version')} else 0 end`.as(
        'version',
      ),
    )
    .where('seq', '>', 0)
    .orderBy('seq')
    .limit(1)
  const gone = db
    .selectFrom('tombstones')
    .select(['seq', 'id', ...scopeSelection])
    .select(sql<number>`0`.as('version'))
    .where('seq', '>', 0)
    .orderBy('seq')
    .limit(1)
  const rows = sql<ChangeRow>`select * from ${live} as ${sql.ref('live')} union all select * from ${gone} as ${sql.ref('gone')}`
  return { compile: () => rows.compile(db) }
}
