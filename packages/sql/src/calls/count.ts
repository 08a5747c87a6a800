import type { CountRequest, ScopesRequest, ScopeValue } from '@agentmem/core/adapter'
import { sql } from 'kysely'
import type { Expression, SqlBool } from 'kysely'
import { scopeCondition } from '../database/scope-condition.ts'
import type { Session } from '../database/session.ts'
import { compileWhere, isText, textOf } from '../database/where-compile.ts'

export async function count({ db, flavor }: Session, request: CountRequest): Promise<number> {
  const row = await db
    .selectFrom('memories')
    .select(eb => eb.fn.countAll().as('memories'))
    .where(matching(request, flavor))
    .executeTakeFirstOrThrow()
  return Number(row.memories)
}

/** Groups in the database. The value is named in a subquery: bound twice, a path would be two expressions to it. */
export async function scopes({ db, flavor }: Session, request: ScopesRequest): Promise<ScopeValue[]> {
  const { by, after, limit } = request
  const named = db
    .selectFrom('memories')
    .select([sql<string>`${textOf(by, flavor)}`.as('value'), 'updated_at'])
    .where(matching(request, flavor))
    .where(isText(by, flavor))
  const value = sql.ref<string>('value')
  const place = flavor.byCodePoint?.(value) ?? value
  const groups = db
    .selectFrom(named.as('named'))
    .select(eb => ['value', eb.fn.countAll().as('memories'), eb.fn.max('updated_at').as('updatedAt')])
    .groupBy('value')
    .orderBy(place)
    .limit(limit)
  const rows = await (
    after === undefined ? groups : groups.where(sql<SqlBool>`${place} > ${after}`)
  ).execute()
  return rows.map(row => ({
    value: row.value,
    memories: Number(row.memories),
    updatedAt: row.updatedAt,
  }))
}

/** True for the records of a scope that pass a filter. */
export function matching({ scope, where }: CountRequest, flavor: Session['flavor']): Expression<SqlBool> {
  const inScope = scopeCondition(scope)
  return where ? sql<SqlBool>`(${inScope} and ${compileWhere(where, flavor)})` : inScope
}
