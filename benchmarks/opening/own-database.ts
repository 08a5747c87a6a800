/** A database on a server, made for one cell. */
export interface OwnDatabase {
  readonly url: string
  bytes(): Promise<number>
  /** Removes it with all that is in it. */
  drop(): Promise<void>
}

/** Makes an empty database of this name. Rejects for a server on which nothing here can make one. */
export async function makeDatabase(server: string, serverUrl: string, name: string): Promise<OwnDatabase> {
  const make = makers[server]
  if (!make) throw new Error(`benchmarks/opening/own-database.ts makes no databases on a ${server} server.`)
  return make(serverUrl, name)
}

const makers: Readonly<Record<string, (serverUrl: string, name: string) => Promise<OwnDatabase>>> = {
  postgres: makePostgres,
  pgvector: makePostgres,
  mysql: makeMysql,
}

async function makePostgres(serverUrl: string, name: string): Promise<OwnDatabase> {
  const { default: pg } = await import('pg')
  const run = async (sql: string): Promise<Record<string, unknown>[]> => {
    const client = new pg.Client({ connectionString: serverUrl })
    await client.connect()
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows
    } finally {
      await client.end()
    }
  }
  await run(`CREATE DATABASE "${name}"`)
  return {
    url: withDatabase(serverUrl, name),
    bytes: async () => Number((await run(`SELECT pg_database_size('${name}') AS bytes`))[0]?.['bytes']),
    drop: async () => void (await run(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`)),
  }
}

async function makeMysql(serverUrl: string, name: string): Promise<OwnDatabase> {
  const { createConnection } = await import('mysql2/promise')
  const run = async (sql: string): Promise<unknown> => {
    const connection = await createConnection(serverUrl)
    try {
      return (await connection.query(sql))[0]
    } finally {
      await connection.end()
    }
  }
  await run(`CREATE DATABASE \`${name}\``)
  const size = `SELECT SUM(data_length + index_length) AS bytes FROM information_schema.tables WHERE table_schema = '${name}'`
  return {
    url: withDatabase(serverUrl, name),
    bytes: async () => Number(((await run(size)) as { bytes: unknown }[])[0]?.bytes ?? 0),
    drop: async () => void (await run(`DROP DATABASE IF EXISTS \`${name}\``)),
  }
}

function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}
