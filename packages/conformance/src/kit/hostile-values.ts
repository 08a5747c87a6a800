/** A function of its own for each value, as some can be used once. */
type HostileValues = Readonly<Record<string, () => unknown>>

const boom = (): never => {
  throw new TypeError('boom')
}

function nested(levels: number, around: (inner: unknown) => unknown): unknown {
  let value: unknown = {}
  for (let level = 0; level < levels; level++) value = around(value)
  return value
}

function holed(): unknown[] {
  const list: unknown[] = [1]
  list[2] = 3
  return list
}

function cyclic(): object {
  const value: Record<string, unknown> = {}
  value['and'] = [value]
  value['self'] = value
  return value
}

/** Values that no call and no option expects, as a caller in JavaScript or of JSON can give them. */
export const hostileValues: HostileValues = {
  undefined: () => undefined,
  null: () => null,
  NaN: () => NaN,
  'a number': () => -7.5,
  'a bigint': () => 7n,
  true: () => true,
  'an empty text': () => '',
  // No file can have these names.
  'a text': () => '/dev/null/x%',
  'a lone surrogate': () => '/dev/null/\ud800',
  'a symbol': () => Symbol('s'),
  'a function': () => boom,
  'an empty object': () => ({}),
  'an empty array': () => [],
  'an array of null': () => [null],
  'an array with a hole': () => holed(),
  'an object without a prototype': () => Object.create(null) as unknown,
  'an object of a class': () => new URL('postgres://user@host/db'),
  'a promise': () => Promise.resolve(1),
  'an object that holds itself': cyclic,
  'an object of 50,000 levels': () => nested(50_000, inner => ({ not: inner })),
  'an array of 50,000 levels': () => nested(50_000, inner => [inner]),
  'a parsed filter of 50,000 levels': () => nested(50_000, node => ({ op: 'not', node })),
  'getters that throw': () =>
    Object.defineProperties(
      {},
      Object.fromEntries(
        ['id', 'k', 'signal', 'scope', 'op', 'userId', 'content', 'query', 'then', 'length', 'aborted'].map(
          name => [name, { enumerable: true, get: boom }],
        ),
      ),
    ),
  'a proxy that throws': () => new Proxy({}, { get: boom, ownKeys: boom, getPrototypeOf: boom, has: boom }),
  'a proxy of an array that throws': () => new Proxy([], { get: boom }),
  'a revoked proxy': () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  },
  'a value that is no text': () => ({ toString: boom, [Symbol.toPrimitive]: boom }),
  'a signal that is none': () => ({ aborted: false }),
}
