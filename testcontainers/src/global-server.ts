import type { Start } from './server.ts'
import { NoServer } from './server.ts'

/**
 * A global set-up of vitest: one server for all test files, which find it by its URL in their environment. Where
 * none can be had each file says so itself.
 */
export function globalServer(
  start: Start,
  variable: string,
): () => Promise<(() => Promise<void>) | undefined> {
  return async () => {
    if (process.env[variable]) return undefined
    try {
      const server = await start()
      process.env[variable] = server.url
      return () => server.stop()
    } catch (error) {
      if (error instanceof NoServer) return undefined
      throw error
    }
  }
}
