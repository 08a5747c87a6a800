import { MemoryError } from '@agentmem/core/adapter'
import type BetterSqlite3 from 'better-sqlite3'

const format = 1

/**
 * A vector's place is the number of its scope times this number, plus its number within the scope: the vectors of a
 * scope lie side by side in the file, and a search of it reads no others. 2^53 leaves room for
 * 500 million scopes of up to 16 million vectors.
 */
export const placesPerScope: number = 2 ** 24

/** The names of the tables, and the dimensions of a vector. */
export interface Layout {
  readonly dimensions: number
  /** One row: format, dimensions, the cursor and the slot. */
  readonly state: string
  /** The scopes that vectors belong to; '' stands for an absent part. */
  readonly scopes: string
  readonly vectors: string
}

export function layoutOf(prefix: string, dimensions: number): Layout {
  return {
    dimensions,
    state: `${prefix}vec_state`,
    scopes: `${prefix}vec_scopes`,
    vectors: `${prefix}vec_vectors`,
  }
}

export function tablesOf({ state, scopes, vectors }: Layout): string[] {
  return [state, scopes, vectors]
}

/** The b-trees whose pages are the index. */
export function treesOf({ state, scopes, vectors }: Layout): string[] {
  return [state, scopes, `${scopes}_parts`, `${scopes}_agent`, `${scopes}_run`, vectors, `${vectors}_id`]
}

/**
 * Creates the tables that do not exist. Throws `SCHEMA` when existing ones have another format, `MODEL_MISMATCH` when
 * they hold vectors of other dimensions.
 */
export function prepareTables(db: BetterSqlite3.Database, layout: Layout): void {
  const { dimensions, state, scopes, vectors } = layout
  db.transaction(() => {
    db.exec(`
      create table if not exists ${state} (
        one integer primary key check (one = 1),
        format integer not null, dimensions integer not null, cursor integer not null, slot text
      );
      create table if not exists ${scopes} (
        no integer primary key,
        org_id text not null, user_id text not null, agent_id text not null, run_id text not null
      );
      create unique index if not exists ${scopes}_parts on ${scopes} (org_id, user_id, agent_id, run_id);
      create index if not exists ${scopes}_agent on ${scopes} (agent_id);
      create index if not exists ${scopes}_run on ${scopes} (run_id);
      create table if not exists ${vectors} (
        place integer primary key, id text not null, vector blob not null
      );
      create unique index if not exists ${vectors}_id on ${vectors} (id);`)
    const columns = db.prepare<[], { name: string }>(`pragma table_info(${state})`).all()
    // Files of earlier versions lack it.
    if (!columns.some(({ name }) => name === 'slot')) db.exec(`alter table ${state} add column slot text`)
    db.exec(`insert into ${state} values (1, ${format}, ${dimensions}, 0, null) on conflict do nothing`)
    const held = db.prepare<[], { format: number; dimensions: number }>(`select * from ${state}`).get()
    if (held?.format !== format) {
      throw new MemoryError(
        'SCHEMA',
        `The table ${state} has format ${held?.format}, this version knows ${format}; choose another tablePrefix.`,
      )
    }
    if (held.dimensions !== dimensions) {
      throw new MemoryError(
        'MODEL_MISMATCH',
        `The table ${vectors} holds vectors of ${held.dimensions} dimensions, not ${dimensions}; open it with the first model, choose another tablePrefix, or drop ${vectors}, ${scopes} and ${state}.`,
      )
    }
  }).immediate()
}
