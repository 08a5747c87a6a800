import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'

import { inTurn } from '../../src/adapter-kit/in-turn.ts'

test('each piece of work begins when the one before it has ended, well or not', async () => {
  const run = inTurn()
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const begun: string[] = []
  const work = (name: string, until: Promise<unknown>) => async () => {
    begun.push(name)
    await until
    return name
  }
  const failing = run(work('first', first.promise))
  const outcomes = [failing, run(work('second', second.promise)), run(work('third', Promise.resolve()))]
  await turn()
  expect(begun).toEqual(['first'])
  first.reject(new Error('broken'))
  await expect(failing).rejects.toThrow('broken')
  await turn()
  expect(begun).toEqual(['first', 'second'])
  second.resolve()
  expect(await Promise.all(outcomes.slice(1))).toEqual(['second', 'third'])
})

test('two queues do not wait for each other', async () => {
  const [one, other] = [inTurn(), inTurn()]
  void one(() => new Promise(() => undefined))
  expect(await other(async () => 'done')).toBe('done')
})
