import { expect, test } from 'vitest'
import { refusal } from './json-server.ts'
import { openOnServer } from './open-on-server.ts'

test('a signal ends a request that is not answered', async () => {
  await using opened = await openOnServer(() => 'silence')
  const controller = new AbortController()
  const embedding = opened.embedder.embed(['text'], { signal: controller.signal })
  await opened.server.seen(1)
  controller.abort(new Error('the user has gone'))
  await expect(embedding).rejects.toMatchObject({ code: 'ABORTED', cause: controller.signal.reason as Error })
  await opened.server.abandoned(1)
})

test('a signal ends the wait that Retry-After asks for', async () => {
  await using opened = await openOnServer(() => refusal(429, 'slow down', { 'retry-after': '50' }))
  const controller = new AbortController()
  const embedding = opened.embedder.embed(['text'], { signal: controller.signal })
  await opened.server.seen(1)
  // Without the header the next try would come within a millisecond.
  await new Promise(resolve => setTimeout(resolve, 100))
  expect(opened.server.requests).toHaveLength(1)
  controller.abort()
  await expect(embedding).rejects.toMatchObject({ code: 'ABORTED' })
  expect(opened.server.requests).toHaveLength(1)
})

test('a signal ends a call that waits for another one, which goes on', async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  await using opened = await openOnServer(
    async ({ body }) => {
      await gate
      return body.input[0] === 'first' ? refusal(404, 'came through') : 'silence'
    },
    { concurrency: 1 },
  )
  const { embedder, server } = opened
  const first = embedder.embed(['first'])
  await server.seen(1)
  const controller = new AbortController()
  const second = embedder.embed(['second'], { signal: controller.signal })
  controller.abort()
  await expect(second).rejects.toMatchObject({ code: 'ABORTED' })
  open()
  await expect(first).rejects.toThrow('came through')
  expect(server.requests).toHaveLength(1)
})

test('an aborted call gives its place to the next one', async () => {
  await using opened = await openOnServer(
    ({ body }) => (body.input[0] === 'third' ? refusal(404, 'came through') : 'silence'),
    { concurrency: 1 },
  )
  const { embedder, server } = opened
  const controller = new AbortController()
  const { signal } = controller
  const ended = Promise.allSettled([
    embedder.embed(['first'], { signal }),
    embedder.embed(['second'], { signal }),
  ])
  await server.seen(1)
  const third = embedder.embed(['third'])
  controller.abort()
  expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await expect(third).rejects.toThrow('came through')
  expect(server.requests).toHaveLength(2)
})

test('closing waits for the calls in flight', async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  await using opened = await openOnServer(async () => {
    await gate
    return refusal(404, 'came through')
  })
  const { embedder, server } = opened
  const order: string[] = []
  const embedding = embedder.embed(['text']).catch((error: Error) => order.push(error.message))
  await server.seen(1)
  const closing = embedder.close().then(() => order.push('closed'))
  open()
  await Promise.all([embedding, closing])
  expect(order).toEqual([expect.stringContaining('came through'), 'closed'])
})
