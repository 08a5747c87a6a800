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

/** True for a row of `history` that is of the owner of its memory in `memories`; a part that the owner lacks matches every value. */
export function isOfOwner(): Expression<SqlBool> {
  const parts = ['user_id', 'agent_id', 'run_id'].map(part => {
    const [owner, told] = [sql.ref(`memories.${part}`), sql.ref(`history.${part}`)]
    return sql<SqlBool>`(${owner} is null or ${owner} = ${told})`
  })
  return sql<SqlBool>`(${sql.join(parts, sql` and `)})`
}
