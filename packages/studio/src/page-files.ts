import { readFile } from 'node:fs/promises'
import { MemoryError } from '@agentmem/core'

/** A file of the page. */
export interface PageFile {
  readonly type: string
  readonly body: Buffer
}

/** The files by the paths that a browser asks for. `build-page.mjs` makes them. */
const names: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.mjs': ['page.mjs', 'text/javascript; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
  '/icon.svg': ['icon.svg', 'image/svg+xml'],
}

/** Reads the page into memory: nothing else of the disk is ever served. Throws `NOT_INSTALLED` when it is not there. */
export async function readPageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const folder = new URL('page/', import.meta.url)
  try {
    const read = Object.entries(names).map(async ([path, [name, type]]) => {
      return [path, { type, body: await readFile(new URL(name, folder)) }] as const
    })
    return new Map(await Promise.all(read))
  } catch (cause) {
    const message = `The page of @agentmem/studio is not in ${folder.pathname}. Install the package again, or in a clone run \`npm run build\`.`
    throw new MemoryError('NOT_INSTALLED', message, { cause })
  }
}
