import { expect, test } from 'vitest'
import { ana, openInfer } from './open-infer.ts'

const says = (text: string) => ({ says: { facts: [{ text, sources: [0] }] } })

test('deferred work goes to the endpoint as one batch, and comes back as facts', async () => {
  const { memory, script, server, facts } = await openInfer({ infer: { windowMessages: 1, context: 0 } })
  const texts = ['Ana likes figs', 'Ben plays chess', 'Cleo sings alto']
  for (const text of texts) script.when(text, says(text))
  script.jobs.polls = 1
  await memory.addBatch(texts, { ...ana, infer: true, wait: 'stored' })
  expect(await memory.process({ deferred: true })).toMatchObject({ pending: 3, messages: [] })
  expect(await memory.process({ deferred: true })).toMatchObject({ pending: 3, messages: [] })
  const done = await memory.process({ deferred: true })
  expect(done).toMatchObject({ pending: 0, failed: [], usage: { inputTokens: 30, outputTokens: 15 } })
  expect(await facts()).toEqual(texts)
  expect(server.calls).toEqual([
    'GET /batches',
    'POST /files',
    'POST /batches',
    'GET /batches/job_0',
    'GET /batches/job_0',
    'GET /files/file_1/content',
  ])
  expect(server.bodies[0]).toMatchObject({ response_format: { type: 'json_schema' } })
})

test('a job that failed is handed in again', async () => {
  const { memory, script, facts } = await openInfer()
  script.jobs.end = 'failed'
  script.jobs.polls = 0
  await memory.addBatch(['Ana likes figs'], { ...ana, infer: true, wait: 'stored' })
  await memory.process({ deferred: true })
  script.jobs.end = 'completed'
  script.when('', says('Ana likes figs'))
  const again = await memory.process({ deferred: true })
  expect(again.failed).toMatchObject([{ retryable: true, error: { code: 'UNAVAILABLE' } }])
  expect(script.jobs.jobs).toHaveLength(2)
  expect(await memory.process({ deferred: true })).toMatchObject({ pending: 0, failed: [] })
  expect(await facts()).toEqual(['Ana likes figs'])
})

test('an endpoint without batches leaves the messages to be processed as ever', async () => {
  const { memory, script, server, facts } = await openInfer()
  server.hasBatches = false
  await memory.addBatch(['Ana likes figs'], { ...ana, infer: true, wait: 'stored' })
  await expect(memory.process({ deferred: true })).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  script.when('', says('Ana likes figs'))
  expect((await memory.process()).messages).toHaveLength(1)
  expect(await facts()).toEqual(['Ana likes figs'])
})
