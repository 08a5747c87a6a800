import { afterAll, beforeAll, beforeEach, describe } from 'vitest'
import { NoServer } from './server.ts'
import type { OwnServer, Server, ServerName, StartOptions } from './server.ts'
import { startMysql } from './start-mysql.ts'
import { startPostgres } from './start-postgres.ts'
import { startRedis } from './start-redis.ts'

const start = { postgres: startPostgres, mysql: startMysql, redis: startRedis }

/**
 * Tests that need a server, which `server()` gives them. Without one they are skipped, with the reason on the
 * screen; where AGENTMEM_REQUIRE names it, such as 'postgres,redis', they fail.
 */
export function describeWithServer(
  name: ServerName,
  title: string,
  body: (server: () => OwnServer) => void,
  options: StartOptions & { readonly own: true },
): void
export function describeWithServer(
  name: ServerName,
  title: string,
  body: (server: () => Server) => void,
  options?: StartOptions,
): void
export function describeWithServer(
  name: ServerName,
  title: string,
  body: (server: () => OwnServer) => void,
  options: StartOptions = {},
): void {
  describe(title, () => {
    let server: OwnServer | undefined
    let missing: NoServer | undefined
    beforeAll(async () => {
      try {
        // Only bodies that asked for a server of their own see it as one.
        server = (await start[name](options)) as OwnServer
      } catch (error) {
        if (!(error instanceof NoServer) || isRequired(name)) throw error
        missing = error
        console.error(`Skipped: ${title}: ${error.message}`)
      }
    }, 120_000)
    afterAll(() => server?.stop(), 60_000)
    beforeEach(context => {
      if (missing) context.skip(missing.message)
    })
    body(() => {
      if (!server) throw missing ?? new Error(`${title}: the ${name} server is there only while tests run`)
      return server
    })
  })
}

function isRequired(name: ServerName): boolean {
  return (process.env['AGENTMEM_REQUIRE'] ?? '').split(',').includes(name)
}
