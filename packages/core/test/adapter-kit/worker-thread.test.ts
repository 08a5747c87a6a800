import { expect, test } from 'vitest'

import { WorkerThread } from '../../src/adapter-kit/worker-thread.ts'

interface Calls {
  readonly close: { takes: undefined; gives: void }
}

test('a worker file that a bundler left out is named, with what to do', async () => {
  const worker = new URL('./no-such-worker.js', import.meta.url)
  const thread = new WorkerThread<{ [Name in keyof Calls]: Calls[Name] }>(worker, 'hnsw index')
  const missing = {
    code: 'NOT_INSTALLED',
    retryable: false,
    message: expect.stringMatching(/no-such-worker\.js.*keep the package out of the bundle/),
  }
  await expect(thread.ask('close', undefined)).rejects.toMatchObject(missing)
  await expect(thread.ask('close', undefined)).rejects.toMatchObject(missing)
})

test('a worker that fails otherwise says to open again', async () => {
  const worker = new URL('data:text/javascript,throw new TypeError("boom")')
  const thread = new WorkerThread<{ [Name in keyof Calls]: Calls[Name] }>(worker, 'hnsw index')
  await expect(thread.ask('close', undefined)).rejects.toMatchObject({
    code: 'BACKEND',
    message: expect.stringMatching(/boom.*Open the index again/),
  })
})
