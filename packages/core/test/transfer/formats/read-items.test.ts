import { expect, test } from 'vitest'

import { readItems } from '../../../src/transfer/formats/read-items.ts'

async function* chunksOf(text: string, size: number, asBytes: boolean): AsyncGenerator<Uint8Array | string> {
  const whole = asBytes ? Buffer.from(text) : text
  for (let start = 0; start < whole.length; start += size) {
    yield typeof whole === 'string' ? whole.slice(start, start + size) : whole.subarray(start, start + size)
  }
}

/** The values with their places, and at the end what went wrong. */
async function read(text: string, within?: string[], size = 1_000, asBytes = true): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const item of readItems(chunksOf(text, size, asBytes), within)) {
    found.push('value' in item ? [item.place, item.value] : [item.place, (item.error as Error).message])
  }
  return found
}

const tricky = { text: 'a "results": [1, {2}] \\ tea \u{1F375}', '}': [[{}], '\\"'] }

test.each([
  ['an array', JSON.stringify([tricky, 7]), ['Element 1', 'Element 2']],
  [
    'an array of an object',
    JSON.stringify({ next: null, results: [tricky, 7], count: 2 }),
    ['Element 1 of results', 'Element 2 of results'],
  ],
  [
    'an array behind others',
    JSON.stringify({ a: { results: [1] }, b: 'results', c: [2], results: [tricky, 7] }),
    ['Element 1 of results', 'Element 2 of results'],
  ],
])('the elements of %s are read whatever chunks they come in', async (_what, text, places) => {
  const expected = [tricky, 7].map((value, i) => [places[i], value])
  for (const size of [1, 2, 3, 7, 1_000]) {
    for (const asBytes of [true, false])
      expect(await read(text, ['results'], size, asBytes)).toEqual(expected)
  }
})

test('values one after the other are read, one a line or over several, and named by their line', async () => {
  const text = `\uFEFF${JSON.stringify(tricky)}\r\n\n${JSON.stringify({ a: [1] }, null, 2)} {"b":2}\n`
  const expected = [
    ['Line 1', tricky],
    ['Line 3', { a: [1] }],
    ['Line 7', { b: 2 }],
  ]
  for (const size of [1, 3, 1_000]) expect(await read(text, ['results'], size)).toEqual(expected)
})

test('an object without such an array is one value, and several arrays are all read', async () => {
  expect(await read('{"messages":[1,2]}', ['results'])).toEqual([['Line 1', { messages: [1, 2] }]])
  expect(await read('{"memories":[1],"results":[]}\n{"results":[3]}', ['results', 'memories'])).toEqual([
    ['Element 1 of memories', 1],
    ['Element 1 of results', 3],
  ])
  expect(await read('  ')).toEqual([])
})

test.each([
  ['[{"a":1},{"a":}]', 2, /^This is no JSON/],
  ['[{"a":1},{"a":2', 2, /no end: the file was cut/],
  ['[{"a":1},,{"a":2}]', 2, /no element beside a comma/],
  ['[{"a":1}}]', 1, /^This is no JSON/],
  ['{"a":1}\nsome text', 2, /is no JSON/],
  ['PK\u0003\u0004....', 1, /of a zip archive, give the JSON file that is in it/],
])('%s ends with what is wrong, behind the values before it', async (text, count, message) => {
  const found = (await read(text)) as [string, unknown][]
  expect(found).toHaveLength(count)
  expect(found.at(-1)?.[1]).toMatch(message)
})

test('whole numbers that a number cannot hold become text', async () => {
  expect(await read('[{"id":12345678901234567890}]')).toEqual([['Element 1', { id: '12345678901234567890' }]])
})
