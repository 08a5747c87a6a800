import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readdir, realpath, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, it } from 'vitest'
import { freshFolder } from '../src/index.ts'

describe('freshFolder', () => {
  it('is empty, a folder of its own each time, and reached without a symbolic link', async () => {
    await using one = await freshFolder()
    await using other = await freshFolder()
    notEqual(one.path, other.path)
    deepEqual(await readdir(one.path), [])
    equal(one.path, await realpath(one.path))
  })

  it('names files in it, and creates none', async () => {
    await using folder = await freshFolder()
    equal(folder.file(), join(folder.path, 'memories.db'))
    equal(dirname(folder.file('vectors')), folder.path)
    deepEqual(await readdir(folder.path), [])
  })

  it('is removed with everything in it, once or more', async () => {
    const folder = await freshFolder()
    await mkdir(folder.file('sub'))
    await writeFile(join(folder.path, 'sub', 'file'), 'text')
    await folder.remove()
    equal(existsSync(folder.path), false)
    await folder.remove()
    await folder[Symbol.asyncDispose]()
  })
})
