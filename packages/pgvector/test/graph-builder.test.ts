import { MemoryError } from '@agentmem/core/adapter'
import type { PostgresConnection, PostgresDriver } from '@agentmem/postgres/connection'
import { describe, expect, test } from 'vitest'
import { GraphBuilder } from '../src/graph-builder.ts'
import { layoutOf } from '../src/pgvector-layout.ts'

/** A server whose CREATE INDEX runs until it is cancelled, or its connection is dropped. */
class FakeServer {
  readonly sent: string[] = []
  readonly settings: Record<string, string> = { maintenance_work_mem: '4MB', statement_timeout: '300ms' }
  /** The settings that the last CREATE INDEX or VACUUM found. */
  found: Record<string, string> = {}
  /** How many cancels come before the statement that they are meant for. */
  earlyCancels = 0
  connections: number
  #canDrop: boolean
  #stop: ((error: Error) => void) | undefined

  constructor(connections: number, canDrop = true) {
    this.connections = connections
    this.#canDrop = canDrop
  }

  get builder(): GraphBuilder {
    const settings = { m: 16, efConstruction: 64, exactUpTo: 50, single: false }
    const driver = { run: work => this.#run(work) } as Pick<PostgresDriver, 'run'> as PostgresDriver
    return new GraphBuilder(driver, layoutOf(undefined, '', 8), settings)
  }

  get isBuilding(): boolean {
    return this.#stop !== undefined
  }

  async untilBuilding(): Promise<void> {
    while (!this.isBuilding) await new Promise(setImmediate)
  }

  async #run<T>(work: (connection: PostgresConnection) => Promise<T>): Promise<T> {
    if (this.connections === 0) throw new MemoryError('TIMEOUT', 'no connection is free')
    this.connections--
    const connection = {
      executeQuery: async ({ sql, parameters }) => ({ rows: await this.#answer(sql, parameters) }),
      drop: () => {
        if (this.#canDrop) this.#stop?.(new Error('dropped'))
        this.sent.push('drop the connection')
        return this.#canDrop
      },
    } as Pick<PostgresConnection, 'executeQuery' | 'drop'> as PostgresConnection
    try {
      return await work(connection)
    } finally {
      this.connections++
    }
  }

  async #answer(sql: string, parameters: readonly unknown[]): Promise<never[]> {
    this.sent.push(sql.trim().split(/\s+/).slice(0, 2).join(' '))
    const rows = (...rows: object[]): never[] => rows as never[]
    if (sql.includes('pg_try_advisory_lock')) return rows({ taken: true, process: 7 })
    if (sql.includes('count(*)')) return rows({ count: 100 })
    if (sql.includes('current_setting')) return rows({ ...this.settings })
    for (const [i, [, name = '']] of [...sql.matchAll(/set_config\('(\w+)'/g)].entries()) {
      this.settings[name] = String(parameters[i])
    }
    if (/^(create index|vacuum)/.test(sql)) this.found = { ...this.settings }
    if (sql.startsWith('create index')) await this.#build()
    if (sql.includes('pg_cancel_backend') && this.earlyCancels-- <= 0)
      this.#stop?.(new Error(`cancelled ${String(parameters[0])}`))
    return []
  }

  async #build(): Promise<never> {
    const { promise, reject } = Promise.withResolvers<never>()
    this.#stop = reject
    return promise.finally(() => (this.#stop = undefined))
  }
}

describe('a build that runs', () => {
  test('has no time limit, and its connection has its own again afterwards', async () => {
    const server = new FakeServer(2)
    const { builder } = server
    const before = { ...server.settings }
    const building = builder.build()
    await server.untilBuilding()
    expect(server.found).toEqual({ maintenance_work_mem: '64MB', statement_timeout: '0' })
    await builder.close()
    await expect(building).rejects.toThrow('cancelled 7')
    expect(server.settings).toEqual(before)
    expect(server.sent.at(-1)).toBe("select pg_advisory_unlock(hashtext('agentmem")
  })

  test('is ended with its connection when no other is free to cancel it', async () => {
    const server = new FakeServer(1)
    const { builder } = server
    const building = builder.build()
    await server.untilBuilding()
    await builder.close()
    await expect(building).rejects.toThrow('dropped')
  })

  test('is left to the server when it can be neither cancelled nor dropped', async () => {
    const server = new FakeServer(1, false)
    const { builder } = server
    void builder.build()
    await server.untilBuilding()
    await builder.close()
    expect(server.isBuilding).toBe(true)
  })

  test('is cancelled again when the first cancel came too early', async () => {
    const server = new FakeServer(2)
    const { builder } = server
    const building = builder.build()
    await server.untilBuilding()
    server.earlyCancels = 1
    await builder.close()
    await expect(building).rejects.toThrow('cancelled')
    expect(server.sent.filter(text => text.startsWith('select pg_cancel'))).toHaveLength(2)
  })
})

test('a vacuum has no time limit', async () => {
  const server = new FakeServer(1)
  const before = { ...server.settings }
  await server.builder.vacuum()
  expect(server.found).toEqual({ ...before, statement_timeout: '0' })
  expect(server.settings).toEqual(before)
})
