import { readAnswer } from './read-answer.ts'
import type { Answer, Sender, TakeSender } from './sender.ts'
import { statementMessages } from './statement-messages.ts'

/** The part of a PGlite, or of a PGlite in a worker, that is used: https://pglite.dev */
export interface AnyPglite {
  readonly dataDir?: string | undefined
  readonly waitReady: Promise<void>
  execProtocolRaw(messages: Uint8Array): Promise<Uint8Array>
  _runExclusiveTransaction<T>(work: () => Promise<T>): Promise<T>
}

/**
 * Takes the one connection of a PGlite, first come, first served. Nobody else can use the PGlite until it is released,
 * not even those who have the same object from elsewhere.
 */
export function fromPglite(pglite: AnyPglite): TakeSender {
  return () =>
    new Promise((resolve, reject) => {
      const whileTaken = async (): Promise<void> => {
        const { promise, resolve: release } = Promise.withResolvers<void>()
        resolve(new PgliteSender(pglite, release))
        await promise
      }
      pglite._runExclusiveTransaction(whileTaken).catch(reject)
    })
}

/**
 * Sends statements as messages of the protocol: PGlite's own `query` asks the server for the types first, sends bytes
 * digit by digit, and loses the byte order mark that a text may begin with.
 */
class PgliteSender implements Sender {
  readonly pipelines = false
  readonly #pglite: AnyPglite
  readonly release: () => void

  constructor(pglite: AnyPglite, release: () => void) {
    this.#pglite = pglite
    this.release = release
  }

  async send(text: string, values: readonly unknown[]): Promise<Answer> {
    return readAnswer(await this.#pglite.execProtocolRaw(statementMessages(text, values)))
  }

  atOnce<T>(sends: () => T): T {
    return sends()
  }

  drop(): boolean {
    return false
  }
}
