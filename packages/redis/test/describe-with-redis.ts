import { afterAll, beforeAll, describe, test } from 'vitest'
import { startRedis, whyNoRedisServer } from './start-redis.ts'
import type { RedisServer } from './start-redis.ts'

const required = (process.env['AGENTMEM_REQUIRE'] ?? '').split(',').includes('redis')
const given = process.env['AGENTMEM_REDIS_URL']
const reason = whyNoRedisServer()

/** Tests on any Redis: the one of AGENTMEM_REDIS_URL, or one that is started for them. */
export function describeWithRedis(name: string, body: (url: () => string) => void): void {
  if (given === undefined && reason !== undefined) {
    reportMissing(name, `${reason}, and AGENTMEM_REDIS_URL is not set`)
    return
  }
  describe(name, () => {
    let own: RedisServer | undefined
    beforeAll(async () => {
      if (given === undefined) own = await startRedis()
    })
    afterAll(() => own?.kill())
    body(() => given ?? own?.url ?? '')
  })
}

/** Tests that start, stop and configure a Redis. */
export function describeWithOwnRedis(name: string, body: () => void): void {
  if (reason === undefined) describe(name, body)
  else reportMissing(name, reason)
}

function reportMissing(name: string, what: string): void {
  describe(name, () => {
    test('has a Redis', context => {
      if (required) throw new Error(what)
      console.warn(`Skipped: ${name}: ${what}`)
      context.skip(what)
    })
  })
}
