/** How another process opens what it works on: it calls a function that a module exports. */
export interface Opening {
  /**
   * The URL of the module: `import.meta.resolve('@your/store')` for a package, `import.meta.resolve('./open-parts.ts')`
   * for a file beside the test. TypeScript that Node can run is fine.
   */
  readonly module: string
  /** The name of the function. It may be async. */
  readonly open: string
  /** The only argument of the function. It travels as JSON. */
  readonly options: object
}

/** Imports the module. Returns the call of its function; throws a TypeError when there is no such function. */
export async function openerOf({ module, open, options }: Opening): Promise<() => Promise<unknown>> {
  const exported = (await import(module)) as Readonly<Record<string, unknown>>
  const opener = exported[open]
  if (typeof opener !== 'function') throw new TypeError(`${module} exports no function '${open}'.`)
  return async () => (await opener(options)) as unknown
}
