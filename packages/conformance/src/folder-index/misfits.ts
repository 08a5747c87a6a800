import { equal, match } from 'node:assert/strict'
import { open as openFile, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { acme, indexEntries } from '../data/index-entries.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import type { FolderIndex } from './folder-index.ts'
import { dimensions, headerOf, save } from './saved-index.ts'

export const misfitCases: readonly Case<FolderIndex>[] = casesOf<FolderIndex>('files that do not fit', {
  'because of other dimensions are not used': async part => {
    await save(part)
    await assertEmpty(part, /dimensions 32 instead of 16/, 16)
  },

  'because of another format are not used': async part => {
    await save(part)
    const json = JSON.stringify({ ...(await headerOf(part)), format: 99 })
    await writeFile(join(part.path, 'header.json'), `${json}\n${crc32(json)}\n`)
    await assertEmpty(part, /format 99, this version reads \d/)
  },

  'because a bit of one is flipped are not used': async part => {
    for (const kind of ['header', ...part.kinds]) {
      await save(part)
      await flipBit(await fileOf(part, kind))
      await assertEmpty(part, /damaged: .*checksum/)
    }
  },

  'because one is cut short are not used': async part => {
    for (const kind of ['header', ...part.kinds]) {
      await save(part)
      await truncate(await fileOf(part, kind), 40)
      await assertEmpty(
        part,
        kind === 'header' ? /checksum/ : /damaged: .*(ends before|has 40 bytes instead of)/,
      )
    }
  },

  'because one is missing are not used': async part => {
    for (const kind of part.kinds) {
      await save(part)
      await rm(await fileOf(part, kind))
      await assertEmpty(part, /damaged: ENOENT/)
    }
  },
})

/** Fails unless the index opens empty, says why, and is as good as a new one. Empties the folder. */
async function assertEmpty({ open, path }: FolderIndex, reason: RegExp, numbers = dimensions): Promise<void> {
  const index = await open({ path, dimensions: numbers })
  equal(await index.cursor(), 0)
  const { vectors, rebuiltBecause } = await index.stats()
  equal(vectors, 0)
  match(String(rebuiltBecause), reason)
  const upserts = indexEntries(numbers, 300)
  await index.apply({ upserts, deletes: [], cursor: 1 })
  await index.optimize()
  const [{ id, vector } = { id: '', vector: new Float32Array() }] = upserts
  const [[best] = []] = await index.search([{ vector, k: 1, scope: acme }])
  equal(best?.id, id)
  await index.close()
  for (const name of await readdir(path)) await rm(join(path, name))
}

/** The path of the header, or of the first file of another kind. */
async function fileOf({ path }: FolderIndex, kind: string): Promise<string> {
  const name = (await readdir(path)).find(found => found.startsWith(kind))
  if (name === undefined) throw new TypeError(`There is no file of the kind '${kind}'.`)
  return join(path, name)
}

/** Flips a bit in the middle of a file. */
async function flipBit(file: string): Promise<void> {
  await using handle = await openFile(file, 'r+')
  const middle = (await handle.stat()).size >> 1
  const byte = Buffer.alloc(1)
  await handle.read(byte, 0, 1, middle)
  await handle.write(Buffer.of((byte[0] ?? 0) ^ 1), 0, 1, middle)
}
