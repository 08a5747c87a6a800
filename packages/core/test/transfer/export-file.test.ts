import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, onTestFinished, test } from 'vitest'

import { openMemory } from '../kit/open-memory.ts'
import { override } from '../kit/override.ts'

const alice = { userId: 'alice' }

describe('an export to a file', () => {
  test('that fails leaves the file of the one before it, and nothing beside it', async () => {
    const { memory, store } = await openMemory()
    await memory.addBatch(['tea', 'milk'], alice)
    const folder = await mkdtemp(join(tmpdir(), 'export-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const file = join(folder, 'backup.ndjson')
    await memory.exportTo(file)
    const before = await readFile(file, 'utf8')
    const failing = await openMemory({
      store: override(store, { vectors: () => Promise.reject(new Error('the disk is gone')) }),
    })
    await expect(failing.memory.exportTo(file)).rejects.toThrow('the disk is gone')
    expect(await readFile(file, 'utf8')).toBe(before)
    await memory.exportTo(file)
    expect(await readdir(folder)).toEqual(['backup.ndjson'])
  })
})
