import { tableNames } from '@agentmem/sql'
import type { SelfCheck } from '@agentmem/sql'
import { sql } from 'kysely'

interface Row {
  readonly Table: string
  readonly Msg_type: string
  readonly Msg_text: string
}

/** Reads each table and its indexes: https://dev.mysql.com/doc/refman/8.4/en/check-table.html */
export const selfCheck: SelfCheck = {
  by: 'check table',
  async check(db) {
    const tables = tableNames.map(table => sql.table(table))
    const { rows } = await sql<Row>`check table ${sql.join(tables)}`.execute(db)
    return rows
      .filter(
        ({ Msg_type: kind, Msg_text: text }) => !(kind === 'status' && text === 'OK') && kind !== 'note',
      )
      .map(({ Table, Msg_text }) => `${Table}: ${Msg_text}`)
  },
}
