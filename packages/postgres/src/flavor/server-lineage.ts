import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'

/**
 * Names the log of a server: the cluster, its timeline, which a promotion changes at once, and the table, which a dump
 * that is read back makes anew. Any user may ask a primary. On a standby the timeline is told to members of
 * `pg_read_all_stats` alone, and only while it receives: otherwise it is null.
 */
export const serverLineage: RawBuilder<string | null> = sql<string | null>`(
  select concat_ws(' ', system_identifier, timeline, ${sql.ref('tableoid')}) from pg_control_system(),
    (select case when pg_is_in_recovery()
      then (select upper(lpad(to_hex(received_tli), 8, '0')) from pg_stat_wal_receiver)
      else substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) end as timeline) as "now",
    ${sql.table('meta')}
  where timeline is not null limit 1
)`
