import { strangeAnswers, strangeServer } from '@agentmem/conformance'
import { openMysqlStore } from '@agentmem/mysql'
import { expect, test } from 'vitest'

const refusal = {
  name: 'MemoryError',
  code: expect.stringMatching(/^(?:UNAVAILABLE|TIMEOUT|INVALID_ARGUMENT)$/),
}

test.each(Object.entries(strangeAnswers))('%s is refused with a MemoryError', async (_, answer) => {
  await using server = await strangeServer(answer)
  const url = `mysql://user:password@127.0.0.1:${server.port}/db`
  await expect(openMysqlStore({ url, acquireTimeoutMs: 300 })).rejects.toMatchObject(refusal)
})
