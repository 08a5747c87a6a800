/** A command's name and its arguments. */
export type RedisCommand = readonly (string | Buffer)[]

export interface RedisCommandOptions {
  /** Asks for bulk strings (RESP type `$`, character 36) as bytes, not as text. */
  readonly typeMapping: { readonly 36: BufferConstructor }
  /** Removes a command that is not sent yet from the client's queue. */
  readonly abortSignal: AbortSignal
  /** No time limit of the client's: the cache has its own. */
  readonly timeout: undefined
}

/**
 * The part of a client that the cache uses: the `sendCommand` of a connected client of node-redis 5 or 6. It answers with
 * the reply, bulk strings as Buffer, and sends the commands of one tick together. For ioredis:
 * `{ sendCommand: ([name, ...args]) => redis.callBuffer(name, ...args) }`.
 */
export interface RedisClient {
  sendCommand(command: RedisCommand, options: RedisCommandOptions): Promise<unknown>
}
