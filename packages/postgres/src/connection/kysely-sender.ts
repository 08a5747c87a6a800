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
  executeQuery<R>(
    query: CompiledQuery<R>,
    options?: {
      readonly signal?: AbortSignal | undefined
      readonly inflightQueryAbortStrategy?: 'cancel query'
    },
  ): Promise<QueryResult<R>>
}

/** Takes connections of a Kysely of the user's. */
export function fromKysely(db: AnyKysely): TakeSender {
  const plain = db.withoutPlugins()
  const support = { isLacking: false }
  return () =>
    new Promise((resolve, reject) => {
      const whileTaken = async (connection: KyselyConnection): Promise<void> => {
        const { promise, resolve: release } = Promise.withResolvers<void>()
        resolve(new KyselySender(connection, support, release))
        await promise
      }
      plain.connection().execute(whileTaken).catch(reject)
    })
}

class KyselySender implements Sender {
  readonly pipelines = false
  readonly #connection: KyselyConnection
  readonly #support: { isLacking: boolean }
  readonly #release: () => void
  readonly #givingUp = new AbortController()
  /** Settled when the statement that was sent last has ended. */
  #ended: Promise<unknown> = Promise.resolve()

  constructor(connection: KyselyConnection, support: { isLacking: boolean }, release: () => void) {
    this.#connection = connection
    this.#support = support
    this.#release = release
  }

  async send(text: string, values: readonly unknown[]): Promise<Answer> {
    const sent = this.#execute(text, values, this.#givingUp.signal)
    this.#ended = sent.catch(() => undefined)
    const { rows, numAffectedRows } = await sent
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

  release(): void {
    if (!this.#givingUp.signal.aborted) this.#release()
  }

  /** Kysely cancels the statement, where its dialect can, and then the connection is given back without its transaction. */
  drop(): boolean {
    if (this.#givingUp.signal.aborted) return false
    this.#givingUp.abort()
    void this.#ended
      .then(() => this.#execute('rollback', []))
      .catch(() => undefined)
      .then(this.#release)
    return false
  }

  /** A dialect that cannot cancel says so before it sends anything, and is not asked again. */
  async #execute(
    text: string,
    values: readonly unknown[],
    signal?: AbortSignal,
  ): Promise<QueryResult<unknown>> {
    const query = CompiledQuery.raw(text, [...values])
    if (!signal || this.#support.isLacking) return this.#connection.executeQuery(query)
    try {
      return await this.#connection.executeQuery(query, {
        signal,
        inflightQueryAbortStrategy: 'cancel query',
      })
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes('`inflightQueryAbortStrategy`')) throw error
      this.#support.isLacking = true
      return this.#connection.executeQuery(query)
    }
  }
}

/** Kysely's dialect gives the answer to a COMMIT as a row. */
function commandOf(row: unknown): string | undefined {
  return (row as { command?: string } | undefined)?.command
}
