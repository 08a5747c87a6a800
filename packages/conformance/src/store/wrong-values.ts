import { storeDimensions } from '../data/vectors.ts'

/** Values that no Store may take, by what is wrong with them. */
export type WrongValues = Readonly<Record<string, unknown>>

const vector = (value: number): Float32Array => new Float32Array(storeDimensions).fill(0.1).fill(value, 1, 2)

export const wrongVectors: WrongValues = {
  'a vector that is too long': new Float32Array(storeDimensions + 1).fill(0.1),
  'a vector that is too short': new Float32Array(storeDimensions - 1).fill(0.1),
  'an empty vector': new Float32Array(0),
  'a vector with NaN': vector(NaN),
  'a vector with Infinity': vector(Infinity),
  'an array of numbers': Array.from(vector(0)),
  'a vector of doubles': Float64Array.from(vector(0)),
}

export const wrongTexts: WrongValues = {
  'NUL in a text': 'a\0b',
  'a lone high surrogate': 'a\ud83d',
  'a lone low surrogate': '\ude00a',
  'a number for a text': 7,
  'an object for a text': {},
  'undefined for a text': undefined,
  'an empty text': '',
}

export const wrongNumbers: WrongValues = {
  NaN: NaN,
  Infinity: Infinity,
  '-Infinity': -Infinity,
  'a text for a number': '1',
  'a bigint': 1n,
}

const cyclic: Record<string, unknown> = {}
cyclic['self'] = cyclic
const holed = [1]
holed[2] = 3

export const wrongMetadata: WrongValues = {
  'a list as metadata': [],
  'a text as metadata': '{}',
  'no metadata': null,
  'NaN in metadata': { k: NaN },
  'Infinity deep in metadata': { a: [{ b: Infinity }] },
  'undefined in metadata': { k: undefined },
  'a hole in a list': { k: holed },
  'a function in metadata': { k: () => 1 },
  'a bigint in metadata': { k: 1n },
  'a Date in metadata': { k: new Date(0) },
  'a Map in metadata': { k: new Map() },
  'a typed array in metadata': { k: new Float32Array(1) },
  'a symbol in metadata': { k: Symbol('s') },
  'a symbol as key': { [Symbol('s')]: 1 },
  'an object of a class': { k: new URL('https://example.org') },
  'metadata that holds itself': cyclic,
  'metadata that is too deep': Array.from({ length: 40 }).reduce<object>(inner => ({ inner }), {}),
  'metadata that is too large': { k: 'x'.repeat(300_000) },
  'NUL in metadata': { k: 'a\0' },
  'NUL in a key': { 'a\0': 1 },
  'a lone surrogate in metadata': { k: ['\ud800'] },
  'a lone surrogate in a key': { '\udc00': 1 },
  'the key __proto__': JSON.parse('{"__proto__": {"polluted": true}}'),
  'the key __proto__ deep down': JSON.parse('{"a": [{"__proto__": 1}]}'),
}

/** What is wrong for one field of a record or a patch: `[field, value]` by what is wrong. */
export function wrongFields(
  texts: readonly string[],
  numbers: readonly string[],
): [string, string, unknown][] {
  const of = (fields: readonly string[], values: WrongValues): [string, string, unknown][] =>
    fields.flatMap(field =>
      Object.entries(values).map(([name, value]): [string, string, unknown] => [
        `${field}: ${name}`,
        field,
        value,
      ]),
    )
  return [...of(texts, wrongTexts), ...of(numbers, wrongNumbers), ...of(['metadata'], wrongMetadata)]
}
