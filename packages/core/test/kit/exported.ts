import { PassThrough } from 'node:stream'

import { expect } from 'vitest'

import type { Memory } from '../../src/memory.ts'
import type { MemoryItem } from '../../src/memory-api.ts'

export const alice = { userId: 'alice' }

export async function all(memory: Memory, scope = alice): Promise<MemoryItem[]> {
  const items: MemoryItem[] = []
  for await (const item of memory.list(scope)) items.push(item)
  return items
}

/** Lines as a stream, cut into chunks that go through characters and line ends. */
export async function* stream(...lines: unknown[]): AsyncGenerator<Uint8Array> {
  const text = lines.map(line => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')
  const bytes = Buffer.from(text)
  for (let start = 0; start < bytes.length; start += 7) yield bytes.subarray(start, start + 7)
}

export async function exported(memory: Memory, options = {}): Promise<string[]> {
  const target = new PassThrough()
  const chunks: string[] = []
  target.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
  await memory.exportTo(target, options)
  expect(target.writableEnded).toBe(false)
  return chunks.join('').trimEnd().split('\n')
}
