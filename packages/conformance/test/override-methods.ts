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

/** What a backend does to the calls that it gets: it answers, it fails, or it stays silent until the end. */
export type Trouble = 'none' | 'broken' | { readonly until: Promise<void> }

/** The same part, whose methods fail like a lost connection, or are not answered, as soon as `trouble` says so. */
export function breakable<Part extends object>(part: Part, trouble: () => Trouble): Part {
  return new Proxy(part, {
    get(target, name): unknown {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      const now = trouble()
      const isPaged = name === 'query' || name === 'texts'
      if (now === 'none' || name === 'close') return value.bind(target)
      if (now === 'broken') return isPaged ? brokenPages : brokenCall
      return isPaged ? () => silentPages(now.until) : () => now.until.then(brokenCall)
    },
  })
}

/** Pages of which the first comes when the end does. */
// eslint-disable-next-line require-yield -- it stands for pages that never come
async function* silentPages(until: Promise<void>): AsyncGenerator<never> {
  await until
}

/** Throws at once, as some drivers do, where a promise is expected. */
function brokenCall(): never {
  throw new Error('The connection is lost.')
}

// eslint-disable-next-line require-yield -- it stands for pages that never come
async function* brokenPages(): AsyncGenerator<never> {
  brokenCall()
}
