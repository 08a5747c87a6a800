import { expect, test } from 'vitest'

import { readLines } from '../../src/transfer/read-lines.ts'

async function* from(...chunks: unknown[]): AsyncGenerator<Uint8Array | string> {
  for (const chunk of chunks) yield chunk as Uint8Array | string
}

/** The lines, and the message that ended them. */
async function read(chunks: unknown[], maxLength?: number): Promise<string[]> {
  const lines: string[] = []
  try {
    for await (const line of readLines(from(...chunks), maxLength)) lines.push(line)
  } catch (error) {
    lines.push(`failed: ${(error as Error).message}`)
  }
  return lines
}

test('lines are the same whatever chunks they come in', async () => {
  const text = '\uFEFFone \u00E9\r\n\n\uFEFFtwo \u{1F375}\nthree'
  const lines = ['one \u00E9', '', 'two \u{1F375}', 'three']
  const bytes = Buffer.from(text)
  for (const size of [1, 2, 3, 5, 100]) {
    const cut = (length: number) => Array.from({ length: Math.ceil(length / size) }, (_, i) => i * size)
    expect(await read(cut(bytes.length).map(start => bytes.subarray(start, start + size)))).toEqual(lines)
    expect(await read(cut(text.length).map(start => text.slice(start, start + size)))).toEqual(lines)
  }
  expect(await read(['a', Buffer.from('\u00E9'), 'b\nc'])).toEqual(['a\u00E9b', 'c'])
})

test('nothing but a newline ends a line', async () => {
  const line = 'a\u2028b\u2029c\u0085d\u000be\u000cf\rg'
  expect(await read([`${line}\n${line}`])).toEqual([line, line])
  expect(await read([Buffer.from(`${line}\n${line}`)])).toEqual([line, line])
})

test('a byte that is no UTF-8 comes after the lines before it, of one chunk', async () => {
  const bytes = Buffer.concat([Buffer.from('one\ntwo\n'), Buffer.from('caf\u00E9\nfour', 'latin1')])
  expect(await read([bytes])).toEqual(['one', 'two', 'failed: It is not UTF-8; convert the file.'])
  const cut = Buffer.concat([Buffer.from('one\n'), Buffer.from('\u{1F375}').subarray(0, 2)])
  expect(await read([cut])).toEqual(['one', 'failed: It is not UTF-8; convert the file.'])
  expect(await read([Buffer.concat([cut, Buffer.from('\ntwo')])])).toHaveLength(2)
})

test('a line that is too long is refused before its end is read', async () => {
  let given = 0
  async function* endless() {
    for (;;) {
      given++
      yield Buffer.alloc(100, 'a')
    }
  }
  await expect(readLines(endless(), 1_000).next()).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(/more than 1000 characters; write one JSON object a line.*from: 'json'/),
  })
  expect(given).toBe(11)
  expect(await read(['a'.repeat(10), '\n', 'b'.repeat(10)], 10)).toEqual(['a'.repeat(10), 'b'.repeat(10)])
})

test('each chunk is looked at once, however long the line', async () => {
  let looks = 0
  class Counted extends Uint8Array {
    override indexOf(...args: Parameters<Uint8Array['indexOf']>): number {
      looks += this.length
      return Uint8Array.prototype.indexOf.apply(this, args)
    }
  }
  const chunks = Array.from({ length: 64 }, () => new Counted(1_000).fill(97))
  expect(await read(chunks)).toHaveLength(1)
  expect(looks).toBe(64_000)
})

test('a source of other things is refused', async () => {
  expect(await read([{ content: 'tea' }])).toEqual([
    'failed: The source gave an object; it must give bytes or strings.',
  ])
  expect(await read([null])).toHaveLength(1)
})
