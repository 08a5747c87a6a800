/** The same part with some of its methods and properties replaced. */
export function overrideMethods<Part extends object>(part: Part, replaced: Partial<Part>): Part {
  return new Proxy(part, {
    get(target, name): unknown {
      if (name in replaced) return Reflect.get(replaced, name)
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** The same part, whose methods fail like a lost connection as soon as `isBroken` says so. */
export function breakable<Part extends object>(part: Part, isBroken: () => boolean): Part {
  return new Proxy(part, {
    get(target, name): unknown {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      if (isBroken() && name !== 'close')
        return name === 'query' || name === 'texts' ? brokenPages : brokenCall
      return value.bind(target)
    },
  })
}

/** Throws at once, as some drivers do, where a promise is expected. */
function brokenCall(): never {
  throw new Error('The connection is lost.')
}

// eslint-disable-next-line require-yield -- it stands for pages that never come
async function* brokenPages(): AsyncGenerator<never> {
  brokenCall()
}
