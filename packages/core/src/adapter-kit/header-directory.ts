import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { syncDirectory, writeFacts } from './checked-file.ts'

const headerName = 'header.json'
/** No snapshot takes an hour: a file this old that no header names was left by a process that died. */
const orphanAgeMs = 3_600_000

/**
 * A directory with a header that names its other files. Those have names of their own, a kind and a UUID, and the
 * rename of a new header makes them current. So a crash leaves the old or the new state, and of two processes the
 * last one wins.
 */
export class HeaderDirectory<Header extends object> {
  readonly path: string
  readonly #kinds: RegExp

  private constructor(path: string, kinds: readonly string[]) {
    this.path = path
    this.#kinds = new RegExp(`^(${[...kinds, 'header'].join('|')})-[0-9a-f-]{36}$`)
  }

  /** Makes the directory when it is missing. `kinds` are those of its files, such as 'graph'. */
  static async open<Header extends object>(
    path: string,
    kinds: readonly string[],
  ): Promise<HeaderDirectory<Header>> {
    await mkdir(path, { recursive: true })
    return new HeaderDirectory(path, kinds)
  }

  /** Returns the text of the header, to be parsed; undefined when there is none. */
  async text(): Promise<string | undefined> {
    try {
      return await readFile(join(this.path, headerName), 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  /** The header is one line of JSON and its checksum; throws when they do not fit. */
  parse(text: string): Header {
    const [json = '', sum] = text.split('\n')
    if (crc32(json) !== Number(sum)) throw new Error('the header does not match its checksum')
    return JSON.parse(json) as Header
  }

  /** Makes a header current. The files that it names have been synced. */
  async commit(header: Header): Promise<void> {
    const json = JSON.stringify(header)
    const temporary = join(this.path, `header-${randomUUID()}`)
    try {
      await writeFacts(temporary, [Buffer.from(`${json}\n${crc32(json)}\n`)])
      await syncDirectory(this.path)
      await rename(temporary, join(this.path, headerName))
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
    await syncDirectory(this.path)
  }

  /** Removes the header: the next opening finds nothing. */
  async removeHeader(): Promise<void> {
    await rm(join(this.path, headerName), { force: true })
    await syncDirectory(this.path)
  }

  /** Removes old files of these kinds that are not kept. Other files are never touched. */
  async removeOrphans(kept: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(this.path)) {
      if (kept.has(name) || !this.#kinds.test(name)) continue
      const path = join(this.path, name)
      if (Date.now() - (await stat(path)).mtimeMs > orphanAgeMs) await rm(path, { force: true })
    }
  }
}
