import { ModelScript, modelServer } from '@agentmem/conformance'
import type { ScriptedAnswer } from '@agentmem/conformance'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

import { feedAgentmem } from '../inference/feed-agentmem.ts'

const messages = ['Ana keeps a lantern in the cellar.', 'Ana has a beagle named Poppy.']

test.each<[string, ScriptedAnswer, string, number]>([
  ['a refusal', { says: '', finish: 'refused' }, '0 facts, 2 failed (MODEL_ANSWER)', 1],
  ['no JSON', { says: 'Nothing special.' }, '0 facts, 2 failed (MODEL_ANSWER)', 2],
  ['a status 500, also when it is tried again', { fails: 500 }, '0 facts, 2 failed (UNAVAILABLE)', 3],
])('messages are found, and the caller is told, after %s', async (_kind, answer, told, calls) => {
  const folder = await mkdtemp(join(tmpdir(), 'bad-answers-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const script = new ModelScript().when('', ...Array.from({ length: calls }, () => answer))
  const server = await modelServer(script)
  try {
    expect(await feedAgentmem({ baseUrl: server.baseUrl, messages, folder })).toEqual({ told, kept: 2 })
    script.assertPlayed()
  } finally {
    await server[Symbol.asyncDispose]()
  }
})

test('messages are found, and the caller is told, where their facts cannot be stored', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bad-answers-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const says = JSON.stringify({ facts: [{ text: messages[0], sources: [0] }] })
  const server = await modelServer(new ModelScript().when('', { says }))
  try {
    const fed = await feedAgentmem({ baseUrl: server.baseUrl, messages, folder, isFull: true })
    expect(fed).toEqual({ told: '0 facts, 2 failed (BACKEND)', kept: 2 })
  } finally {
    await server[Symbol.asyncDispose]()
  }
})
