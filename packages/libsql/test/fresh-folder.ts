import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new empty folder that is removed with all it holds. */
export class FreshFolder implements AsyncDisposable {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  static async make(): Promise<FreshFolder> {
    return new FreshFolder(await mkdtemp(join(tmpdir(), 'agentmem-libsql-')))
  }

  file(name = 'memories.db'): string {
    return join(this.path, name)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true })
  }
}
