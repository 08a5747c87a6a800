import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { freePort, onFreePorts } from '../src/free-port.ts'

/** Listens for a moment. */
function listen(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()))
  })
}

it('a server whose port another program took first is started once more, on another', async () => {
  const taken = createServer()
  const port = await freePort()
  await new Promise<void>(resolve => taken.listen(port, '127.0.0.1', resolve))
  const ports = [port, await freePort()]
  const started = await onFreePorts(async () => {
    const next = ports.shift() ?? 0
    await listen(next)
    return next
  })
  expect(started).not.toBe(port)
  await expect(onFreePorts(() => listen(port))).rejects.toThrow(/address already in use/)
  taken.close()
})

it('a server that does not start for another reason is started once', async () => {
  let starts = 0
  const start = async (): Promise<never> => {
    starts++
    throw new Error('no space left on device')
  }
  await expect(onFreePorts(start)).rejects.toThrow('no space left')
  expect(starts).toBe(1)
})
