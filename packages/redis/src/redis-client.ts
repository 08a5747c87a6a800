/** A command's name and its arguments. */
export type RedisCommand = readonly (string | Buffer)[]

export interface RedisCommandOptions {
  /** Bulk strings (RESP type `$`, character 36) are to come as bytes, not as text. */
  readonly typeMapping: { readonly 36: BufferConstructor }
  /** Takes a command out of the client's queue, should it not be sent yet. */
  readonly abortSignal: AbortSignal
  /** No time limit of the client's: the cache has its own. */
  readonly timeout: undefined
}

/**
 * What the cache needs of a client: the `sendCommand` of a connected client of node-redis 5 or 6. It answers with
 * the reply, bulk strings as Buffer, and sends the commands of one tick together. For ioredis:
 * `{ sendCommand: ([name, ...args]) => redis.callBuffer(name, ...args) }`.
 */
export interface RedisClient {
  sendCommand(command: RedisCommand, options: RedisCommandOptions): Promise<unknown>
}
