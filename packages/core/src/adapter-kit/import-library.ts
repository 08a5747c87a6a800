import { MemoryError } from '../contracts/errors.ts'

/** What a message says of a library, and the library itself when the caller has loaded it. */
export interface ImportedLibrary<Library> {
  /** The package's name. */
  readonly name: string
  /** The command that installs it. Default: `npm install <name>`. */
  readonly install?: string | undefined
  /** Used in place of an import: what a bundler needs, and a test. */
  readonly lib?: Library | undefined
}

/**
 * Loads a library when something is opened, so that a package can be imported without it. `load` holds the literal
 * `import('...')`, which bundlers follow. Throws `NOT_INSTALLED`, whatever went wrong, with the first line of the
 * reason, the command that installs the library, and the cause.
 */
export async function importLibrary<Library>(
  load: () => Promise<Library>,
  { name, install = `npm install ${name}`, lib }: ImportedLibrary<Library>,
): Promise<Library> {
  if (lib !== undefined) return lib
  try {
    return await load()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new MemoryError('NOT_INSTALLED', `${name} cannot be loaded (${reason}). Run: ${install}`, { cause })
  }
}
