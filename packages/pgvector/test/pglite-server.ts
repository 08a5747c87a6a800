import type { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { openPglite } from './open-pglite.ts'

/** A PGlite with pgvector that is reached over a socket, for what needs the driver `pg`. */
export class PgliteServer implements AsyncDisposable {
  readonly pglite: PGlite
  readonly url: string
  readonly #server: PGLiteSocketServer

  private constructor(pglite: PGlite, server: PGLiteSocketServer) {
    this.pglite = pglite
    this.#server = server
    this.url = `postgres://postgres@${server.getServerConn()}/postgres`
  }

  static async start(): Promise<PgliteServer> {
    const pglite = await openPglite()
    const server = new PGLiteSocketServer({ db: pglite, port: 0, maxConnections: 10 })
    await server.start()
    return new PgliteServer(pglite, server)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop()
    await this.pglite.close()
  }
}
