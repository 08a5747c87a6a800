import { PassThrough, Writable } from 'node:stream'

import { expect, test } from 'vitest'

import { writeToStream } from '../../src/transfer/write-to-stream.ts'
import { alice, exported } from '../kit/exported.ts'
import { openMemory } from '../kit/open-memory.ts'

async function* lines(count = 3): AsyncGenerator<string> {
  for (let n = 0; n < count; n++) yield `line ${n}\n`
}

test('a stream stays open, and no listener stays on it', async () => {
  const { memory } = await openMemory()
  await memory.add('tea', alice)
  const target = new PassThrough().resume()
  const before = target.eventNames()
  for (let n = 0; n < 12; n++) await memory.exportTo(target)
  expect(target.writable).toBe(true)
  expect(target.eventNames().filter(name => !before.includes(name) && name !== 'prefinish')).toEqual([])
  expect(target.listenerCount('close')).toBe(0)
  expect(await exported(memory)).toHaveLength(2)
})

test('a slow stream is waited for', async () => {
  const taken: string[] = []
  let most = 0
  const target = new Writable({
    highWaterMark: 20,
    write(chunk, _encoding, done) {
      taken.push(String(chunk))
      most = Math.max(most, target.writableLength)
      setImmediate(done)
    },
  })
  await writeToStream(lines(50), target)
  await new Promise<void>(resolve => target.end(resolve))
  expect(taken).toHaveLength(50)
  expect(most).toBeLessThan(40)
})

test('what the stream fails with is thrown, also by the last write', async () => {
  const failing = (at: number): Writable => {
    let writes = 0
    return new Writable({
      write: (_chunk, _encoding, done) => done(writes++ === at ? new Error('full') : null),
    })
  }
  await expect(writeToStream(lines(), failing(0))).rejects.toThrow('full')
  await expect(writeToStream(lines(), failing(2))).rejects.toThrow('full')
})

test('a stream that is closed meanwhile, or has ended, is refused', async () => {
  const target = new Writable({ highWaterMark: 1, write: () => target.destroy() })
  await expect(writeToStream(lines(), target)).rejects.toThrow(/closed before the export/)
  await expect(writeToStream(lines(), target)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  const { memory } = await openMemory()
  await expect(memory.exportTo(new PassThrough().end())).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
})
