import { Tokenizer } from '@anush008/tokenizers'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PairEncoder } from '../src/models/pair-encoder.ts'
import { tinyModelOfThisTest } from './tiny-model.ts'

async function tokenizer(change: (file: string) => string = file => file): Promise<Tokenizer> {
  const folder = await tinyModelOfThisTest()
  return Tokenizer.fromString(change(await readFile(join(folder, 'tokenizer.json'), 'utf8')))
}

test('a pair has the tokens and the types that the tokenizer gives it', async () => {
  const whole = await tokenizer()
  const encoder = await PairEncoder.open(whole, 512)
  for (const [query, text] of [
    ['green tea', 'the cats walked slowly'],
    ['a', 'b'],
    ['where?', 'naïve café'],
  ] as const) {
    const expected = await whole.encode(query, text)
    expect(await encoder.encode(query, [text])).toEqual([
      { ids: expected.getIds(), typeIds: expected.getTypeIds(), isCut: false },
    ])
  }
})

test.each([
  ['a long text loses its end', 2, 40, [2, 11]],
  ['a long query loses its end', 40, 2, [11, 2]],
  ['both are cut to half', 40, 40, [6, 7]],
  ['one above half keeps what the other leaves', 8, 40, [6, 7]],
  ['what fits stays', 6, 7, [6, 7]],
  ['and what is short too', 1, 2, [1, 2]],
] as const)('of 16 tokens, three of them special, %s', async (_what, asked, read, [first, second]) => {
  const encoder = await PairEncoder.open(await tokenizer(), 16)
  const [pair] = await encoder.encode('tea '.repeat(asked), ['cat '.repeat(read)])
  expect(pair?.ids).toHaveLength(first + second + 3)
  expect(pair?.typeIds.filter(type => type === 1)).toHaveLength(second + 1)
  expect(pair?.isCut).toBe(asked + read > 13)
})

test('a tokenizer that does not join two texts is refused', async () => {
  const single = await tokenizer(file => file.replaceAll('{"Sequence":{"id":"B","type_id":1}},', ''))
  await expect(PairEncoder.open(single, 16)).rejects.toMatchObject({ code: 'BACKEND' })
})
