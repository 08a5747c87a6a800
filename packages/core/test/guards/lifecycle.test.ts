import { expect, test } from 'vitest'
import { Lifecycle } from '../../src/guards/lifecycle.ts'

const never = (): Promise<void> => new Promise(() => undefined)

test('closing does not wait for what writes nothing and was given up', async () => {
  const life = new Lifecycle('The model', { forgetsGivenUp: true })
  await expect(life.run('ask', never, AbortSignal.timeout(1))).rejects.toMatchObject({ code: 'ABORTED' })
  await life.close(async () => undefined)
  await expect(life.run('ask', never)).rejects.toMatchObject({ code: 'CLOSED' })
})

test('closing waits for a write that was given up, and no longer than its own signal', async () => {
  const life = new Lifecycle('The store')
  const { promise: written, resolve: write } = Promise.withResolvers<void>()
  await expect(life.run('put', () => written, AbortSignal.timeout(1))).rejects.toMatchObject({
    code: 'ABORTED',
  })
  const order: string[] = []
  const closing = life.close(async () => void order.push('closed'))
  setImmediate(() => {
    order.push('written')
    write()
  })
  await closing
  expect(order).toEqual(['written', 'closed'])

  const stuck = new Lifecycle('The store')
  const writing = stuck.run('put', never, AbortSignal.timeout(1))
  await expect(writing).rejects.toMatchObject({ code: 'ABORTED' })
  await stuck.close(async () => undefined, AbortSignal.timeout(1))
})
