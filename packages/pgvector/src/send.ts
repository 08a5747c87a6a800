import { CompiledQuery } from 'kysely'
import type { QueryResult } from 'kysely'

/** Where statements are sent: a connection, or a transaction of the Store that the index has joined. */
export interface Executor {
  executeQuery<Row>(statement: CompiledQuery<Row>): Promise<QueryResult<Row>>
}

/** Sends one statement; returns its rows. */
export async function send<Row>(
  to: Executor,
  text: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  const { rows } = await to.executeQuery<Row>(CompiledQuery.raw(text, [...parameters]))
  return rows
}
