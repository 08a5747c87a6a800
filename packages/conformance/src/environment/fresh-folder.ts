import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** An empty folder for one test. `await using` removes it with everything in it. */
export interface FreshFolder extends AsyncDisposable {
  /** Absolute, without symbolic links. */
  readonly path: string
  /** The path of a file in the folder; the file is not created. Default: 'memories.db'. */
  readonly file: (name?: string) => string
  /** Removes the folder with everything in it. A folder that is gone already is no error. */
  readonly remove: () => Promise<void>
}

/** Creates an empty folder in the system's folder for temporary files. */
export async function freshFolder(): Promise<FreshFolder> {
  const path = await mkdtemp(join(await realpath(tmpdir()), 'agentmem-'))
  // Windows refuses while a process that has just ended still holds a file open.
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 3 })
  return { path, file: (name = 'memories.db') => join(path, name), remove, [Symbol.asyncDispose]: remove }
}
