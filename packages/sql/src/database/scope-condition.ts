import type { Scope } from '@agentmem/core/adapter'
import { sql } from 'kysely'
import type { Expression, SqlBool } from 'kysely'

const columns = { orgId: 'org_id', userId: 'user_id', agentId: 'agent_id', runId: 'run_id' } as const

/** True for what belongs to a scope. A part that is left out matches every value. */
export function scopeCondition(scope: Scope): Expression<SqlBool> {
  const parts = (Object.keys(columns) as (keyof typeof columns)[])
    .filter(part => scope[part] !== undefined)
    .map(part => sql<SqlBool>`${sql.ref(columns[part])} = ${scope[part]}`)
  return sql<SqlBool>`(${sql.join(parts, sql` and `)})`
}
