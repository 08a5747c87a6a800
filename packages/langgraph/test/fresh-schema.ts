import { randomBytes } from 'node:crypto'
import pg from 'pg'

/** A schema of one test, as a Store is opened in it; it is dropped with all it holds. */
export async function freshSchema(url: string): Promise<{ url: string; schema: string } & AsyncDisposable> {
  const schema = `test_${randomBytes(6).toString('hex')}`
  const drop = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(`set client_min_messages = warning; drop schema if exists ${schema} cascade`)
    await client.end()
  }
  return { url, schema, [Symbol.asyncDispose]: drop }
}
