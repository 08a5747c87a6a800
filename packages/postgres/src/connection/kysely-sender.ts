import { CompiledQuery } from 'kysely'
import type { QueryResult } from 'kysely'
import type { Answer, Sender, TakeSender } from './sender.ts'

/**
 * The columns whose 64-bit numbers `pg` reads as text, unless its user has set another reader: by their names, as a
 * Kysely gives no types. No other statement may select a text under one of these names. A name that is missing here
 * fails the conformance kit, which runs over a Kysely too.
 */
const numbers = new Set(
  `seq after added first last live gone memories bytes access_count accessCount last_accessed_at lastAccessedAt created_at createdAt
   updated_at updatedAt expires_at expiresAt version validFrom validTo deletedAt pendingSeq at tokens attempts notBefore`.split(
    /\s+/,
  ),
)

/** The part of a Kysely that is used, whatever its tables. */
export interface AnyKysely {
  withoutPlugins(): {
    connection(): { execute<T>(work: (connection: KyselyConnection) => Promise<T>): Promise<T> }
  }
}

interface KyselyConnection {
  executeQuery<R>(query: CompiledQuery<R>): Promise<QueryResult<R>>
}

/** Takes connections of a Kysely of the user's. */
export function fromKysely(db: AnyKysely): TakeSender {
  const plain = db.withoutPlugins()
  return () =>
    new Promise((resolve, reject) => {
      const whileTaken = async (connection: KyselyConnection): Promise<void> => {
        const { promise, resolve: release } = Promise.withResolvers<void>()
        resolve(new KyselySender(connection, release))
        await promise
      }
      plain.connection().execute(whileTaken).catch(reject)
    })
}

class KyselySender implements Sender {
  readonly pipelines = false
  readonly #connection: KyselyConnection
  readonly release: () => void

  constructor(connection: KyselyConnection, release: () => void) {
    this.#connection = connection
    this.release = release
  }

  async send(text: string, values: readonly unknown[]): Promise<Answer> {
    const { rows, numAffectedRows } = await this.#connection.executeQuery(
      CompiledQuery.raw(text, [...values]),
    )
    for (const row of (rows ?? []) as Record<string, unknown>[]) {
      for (const [name, value] of Object.entries(row)) {
        if (typeof value === 'string' && numbers.has(name)) row[name] = Number(value)
      }
    }
    const affected = numAffectedRows === undefined ? undefined : Number(numAffectedRows)
    return { rows: rows ?? [], affected, command: text === 'commit' ? commandOf(rows?.[0]) : undefined }
  }

  atOnce<T>(sends: () => T): T {
    return sends()
  }
}

/** Kysely's dialect gives the answer to a COMMIT as a row. */
function commandOf(row: unknown): string | undefined {
  return (row as { command?: string } | undefined)?.command
}
