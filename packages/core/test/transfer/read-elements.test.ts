import { expect, test } from 'vitest'

import { readElements } from '../../src/transfer/read-elements.ts'

async function* from(...chunks: unknown[]): AsyncGenerator<Uint8Array | string> {
  for (const chunk of chunks) yield chunk as Uint8Array | string
}

/** The texts of the elements, and the message that ended them. */
async function read(chunks: unknown[], maxLength?: number): Promise<string[]> {
  const texts: string[] = []
  try {
    for await (const text of readElements(from(...chunks), maxLength)) texts.push(text.trim())
  } catch (error) {
    texts.push(`failed: ${(error as Error).message}`)
  }
  return texts
}

const elements = [
  { content: 'tea, "hot" \\ [not] {cold}', metadata: { list: [1, [2, '],'], {}], '}': '\\"' } },
  'a plain text \u{1F375}, caf\u00E9',
  [],
  12,
  { content: '\\' },
]

test('elements are the same whatever chunks they come in, and however they are written', async () => {
  const files = [JSON.stringify(elements), `\uFEFF ${JSON.stringify(elements, null, 2)} \r\n`]
  for (const text of files) {
    const bytes = Buffer.from(text)
    for (const size of [1, 2, 3, 5, 1_000]) {
      const starts = (length: number) => Array.from({ length: Math.ceil(length / size) }, (_, i) => i * size)
      const ofBytes = starts(bytes.length).map(start => bytes.subarray(start, start + size))
      const ofStrings = starts(text.length).map(start => text.slice(start, start + size))
      for (const chunks of [ofBytes, ofStrings]) {
        expect((await read(chunks)).map(element => JSON.parse(element) as unknown)).toEqual(elements)
      }
    }
  }
})

test.each(['[]', ' [ \n] ', '\uFEFF[\t]'])('%j has no elements', async text => {
  expect(await read([text])).toEqual([])
  expect(await read([Buffer.from(text)])).toEqual([])
})

test.each([
  ['', [], 'The array has no end'],
  ['  ', [], 'The array has no end'],
  ['[1, 2', ['1'], 'The array has no end'],
  ['[1, "2]', ['1'], 'The array has no end'],
  ['[1, {"a": [2]', ['1'], 'The array has no end'],
  ['{"content": "tea"}', [], 'The file is no JSON array'],
  ['"tea"', [], 'The file is no JSON array'],
  ['[1], [2]', ['1'], 'Something follows the end'],
  ['[1]]', ['1'], 'Something follows the end'],
  ['[1,]', ['1'], 'There is no element beside a comma'],
  ['[,1]', [], 'There is no element beside a comma'],
  ['[1, ,2]', ['1'], 'There is no element beside a comma'],
])('%j is refused after the elements before it', async (text, before, message) => {
  for (const chunk of [text, Buffer.from(text)]) {
    const texts = await read([chunk])
    expect(texts.slice(0, -1)).toEqual(before)
    expect(texts.at(-1)).toContain(`failed: ${message}`)
  }
})

test('a byte that is no UTF-8 comes after the elements before it, of one chunk', async () => {
  const bytes = Buffer.concat([Buffer.from('[1, "two", '), Buffer.from('"caf\u00E9"]', 'latin1')])
  expect(await read([bytes])).toEqual(['1', '"two"', 'failed: It is not UTF-8; convert the file.'])
})

test('an element that is too long is refused before its end is read, an array of any length is not', async () => {
  let given = 0
  async function* endless(part: string) {
    yield '['
    for (;;) {
      given++
      yield part
    }
  }
  const long = readElements(endless(`"${'a'.repeat(98)}`), 1_000)
  await expect(long.next()).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(/more than 1000 characters; an element is one memory/),
  })
  expect(given).toBe(11)
  let read = 0
  for await (const text of readElements(endless('{"content":"tea"},\n'), 1_000)) {
    expect(text.trim()).toBe('{"content":"tea"}')
    if (++read === 5_000) break
  }
})

test('each character is looked at once, however long the element', async () => {
  let looks = 0
  const counted = (text: string) =>
    new Proxy(Buffer.from(text), {
      get(bytes, property) {
        if (typeof property === 'string' && /^\d+$/.test(property)) looks++
        const held: unknown = Reflect.get(bytes, property, bytes)
        return typeof held === 'function' ? held.bind(bytes) : held
      },
    })
  const chunks = ['["', ...Array.from({ length: 64 }, () => 'a'.repeat(1_000)), '"]'].map(counted)
  expect(await read(chunks)).toEqual([`"${'a'.repeat(64_000)}"`])
  expect(looks).toBe(64_004)
})

test('a source of other things is refused', async () => {
  expect(await read([{ content: 'tea' }])).toEqual([
    'failed: The source gave an object; it must give bytes or strings.',
  ])
})
