import { openFastEmbedder } from '@agentmem/fastembed'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { fixtureTexts } from './fixture/fixture-texts.ts'
import { openTiny, tinyModelOfThisTest } from './tiny-model.ts'

const texts = fixtureTexts(600, 7)

function isAlive(processId: number | undefined): boolean {
  try {
    return process.kill(processId ?? Number.NaN, 0)
  } catch {
    return false
  }
}

test('the process is started by the first text and ended by close', async () => {
  const embedder = await openTiny()
  expect(embedder.stats().processId).toBeUndefined()
  await embedder.embed(['a text'])
  const { processId } = embedder.stats()
  expect(processId).not.toBe(process.pid)
  expect(isAlive(processId)).toBe(true)
  await embedder.close()
  expect(isAlive(processId)).toBe(false)
})

test('no process is started without a text', async () => {
  const embedder = await openTiny()
  await embedder.embed([])
  expect(embedder.stats().processId).toBeUndefined()
})

test('a process that is killed between two calls is replaced', async () => {
  const embedder = await openTiny()
  const before = await embedder.embed(texts.slice(0, 20))
  const { processId = Number.NaN } = embedder.stats()
  process.kill(processId, 'SIGKILL')
  expect(await embedder.embed(texts.slice(0, 20))).toEqual(before)
  expect(embedder.stats()).toMatchObject({ texts: 40, restarts: 1 })
  expect(embedder.stats().processId).not.toBe(processId)
})

test('one that is killed amid its calls is replaced, and every text gets its vector once', async () => {
  const embedder = await openTiny({ textsPerRun: 4 })
  const expected = [await embedder.embed(texts), await embedder.embed(texts.slice(0, 100).toReversed())]
  const { texts: done, processId = Number.NaN } = embedder.stats()
  const calls = [embedder.embed(texts), embedder.embed(texts.slice(0, 100).toReversed())]
  while (embedder.stats().texts < done + 40) await sleep(1)
  process.kill(processId, 'SIGKILL')
  expect(await Promise.all(calls)).toEqual(expected)
  expect(embedder.stats()).toMatchObject({ texts: 2 * done, restarts: 1 })
})

test('texts under which the process dies again and again are given up, and others go on', async () => {
  const embedder = await openTiny()
  const killer = setInterval(() => {
    const { processId } = embedder.stats()
    if (processId !== undefined && isAlive(processId)) process.kill(processId, 'SIGKILL')
  }, 1)
  await expect(embedder.embed(['a text'])).rejects.toMatchObject({
    code: 'BACKEND',
    retryable: true,
    message: expect.stringMatching(/died 3 times on these texts: it was ended by SIGKILL/) as string,
  })
  clearInterval(killer)
  expect(await embedder.embed(['a text'])).toHaveLength(1)
})

test('a call that is aborted ends at once; the others get their vectors', async () => {
  const embedder = await openTiny({ textsPerRun: 1 })
  await embedder.warmUp()
  const stop = new AbortController()
  const aborted = embedder.embed(texts, { signal: stop.signal })
  const other = embedder.embed(texts.slice(0, 50))
  while (embedder.stats().texts < 10) await sleep(1)
  stop.abort()
  await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' })
  expect(await other).toHaveLength(50)
  // The child gives up the aborted call as well: it answers the next one.
  expect(await embedder.embed(['next'])).toHaveLength(1)
  expect(embedder.stats().texts).toBeLessThan(600)
})

test('a short call does not wait for the end of a long one', async () => {
  const embedder = await openTiny({ textsPerRun: 1 })
  await embedder.warmUp()
  const ended: string[] = []
  const long = embedder.embed(texts).then(() => ended.push('long'))
  while (embedder.stats().texts < 10) await sleep(1)
  await embedder.embed(['short']).then(() => ended.push('short'))
  await long
  expect(ended).toEqual(['short', 'long'])
})

test('warmUp loads the model and counts as no text', async () => {
  const embedder = await openTiny()
  await embedder.warmUp()
  expect(embedder.stats()).toMatchObject({ texts: 0, runs: 0 })
  expect(isAlive(embedder.stats().processId)).toBe(true)
  await embedder.close()
  await expect(embedder.warmUp()).rejects.toMatchObject({ code: 'CLOSED' })
})

describe('the process of the user', () => {
  const script = `
    const { openFastEmbedder } = await import(process.argv[1])
    const embedder = await openFastEmbedder({ model: 'tiny', modelFolder: process.argv[2] })
    const vectors = await embedder.embed(['a text'])
    console.log(vectors.length, embedder.stats().processId)
    if (process.argv[3] === 'stay') setInterval(() => undefined, 1000)
  `
  const run = async (...args: string[]) => {
    const entry = import.meta.resolve('@agentmem/fastembed')
    const command = ['--input-type=module', '--eval', script, entry, await tinyModelOfThisTest(), ...args]
    return spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] })
  }

  test('ends by itself when the embedder is not closed, and the child with it', async () => {
    const user = await run()
    const [line] = (await once(user.stdout, 'data')) as [Buffer]
    const [code] = (await once(user, 'exit')) as [number]
    expect([code, line.toString()]).toEqual([0, expect.stringMatching(/^1 \d+\n$/)])
    await gone(Number(line.toString().split(' ')[1]))
  })

  test('takes the child with it when it is killed', async () => {
    const user = await run('stay')
    const [line] = (await once(user.stdout, 'data')) as [Buffer]
    const child = Number(line.toString().split(' ')[1])
    expect(isAlive(child)).toBe(true)
    user.kill('SIGKILL')
    await gone(child)
  })

  /** Waits for the end of a process; the time limit of the test is what says that it does not come. */
  async function gone(processId: number): Promise<void> {
    while (isAlive(processId)) await sleep(5)
    expect(isAlive(processId)).toBe(false)
  }
})

test('an embedder that was closed is CLOSED', async () => {
  const modelFolder = await tinyModelOfThisTest()
  const embedder = await openFastEmbedder({ model: 'tiny', modelFolder })
  const running = embedder.embed(texts)
  await embedder.close()
  // The call in flight is waited for.
  expect(await running).toHaveLength(600)
  await expect(embedder.embed(['a'])).rejects.toMatchObject({ code: 'CLOSED' })
})
