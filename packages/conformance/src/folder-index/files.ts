import { deepEqual, equal, ok } from 'node:assert/strict'
import { readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { acme, indexEntries, queryVectors } from '../data/index-entries.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { rejectionOf } from '../kit/rejections.ts'
import type { FolderIndex } from './folder-index.ts'
import { dimensions, entries, headerOf, save } from './saved-index.ts'

const queries = queryVectors(dimensions, 30).map((vector, i) => ({
  vector,
  k: 10,
  scope: { ...acme, userId: `user-${i % 3}` },
}))
const uuid = '00000000-0000-4000-8000-00000000000'
/** How long an index may take to save what is due, on a machine that is busy. */
const longestMs = 20_000

export const fileCases: readonly Case<FolderIndex>[] = casesOf<FolderIndex>('files', {
  'bring back vectors, scopes, deletions, cursor and stats': async ({ open, path }) => {
    const index = await open({ path, dimensions })
    await index.apply({ upserts: entries, deletes: [], cursor: 1_200 })
    const [again, gone] = [entries.slice(0, 50), entries.slice(1_100)]
    await index.apply({ upserts: again, deletes: gone.map(({ id }) => id), cursor: 1_300 })
    await index.optimize()
    const [matches, stats] = [await index.search(queries), await index.stats()]
    equal(stats.vectors, 1_100)
    ok(Number(stats['graphVectors']) > 1_000, `graphs have ${stats['graphVectors']} of 1,100 vectors`)
    await index.close()

    await using opened = await open({ path, dimensions })
    equal(await opened.cursor(), 1_300)
    deepEqual(await opened.stats(), { ...stats, unsavedChanges: 0, rebuiltBecause: undefined })
    deepEqual(await opened.search(queries), matches)
    deepEqual(
      await opened.get(entries.map(({ id }) => id)),
      entries.map(({ vector }, n) => (n < 1_100 ? vector : undefined)),
    )
    await opened.apply({ upserts: gone, deletes: [], cursor: 1_400 })
    equal((await opened.stats()).vectors, 1_200)
  },

  'have what was not optimized when the index is closed': async ({ open, path }) => {
    const index = await open({ path, dimensions })
    await index.apply({ upserts: entries.slice(0, 90), deletes: [], cursor: 90 })
    await index.close()
    await using again = await open({ path, dimensions })
    equal(await again.cursor(), 90)
    equal((await again.stats()).vectors, 90)
  },

  'are not written again when nothing has changed': async part => {
    await save(part)
    const [names, header] = [await readdir(part.path), await headerOf(part)]
    const index = await part.open({ path: part.path, dimensions })
    await index.optimize()
    await index.close()
    deepEqual(await readdir(part.path), names)
    deepEqual(await headerOf(part), header)
  },

  'are saved while changes keep coming, before anyone asks': async part => {
    await using index = await part.open({ path: part.path, dimensions })
    const upserts = indexEntries(dimensions, part.savesAfter)
    await index.apply({ upserts, deletes: [], cursor: upserts.length })
    const due = Date.now() + longestMs
    while (!(await readdir(part.path)).includes('header.json')) {
      ok(Date.now() < due, `nothing was saved ${longestMs} ms after ${upserts.length} changes`)
      await wait(5)
    }
    equal((await headerOf(part))['cursor'], upserts.length)
  },

  'that a process left which died an hour ago are cleared away, and nothing younger': async part => {
    const [kind = ''] = part.kinds
    const [old, young, foreign] = [`${kind}-${uuid}0`, `${kind}-${uuid}1`, 'notes.txt']
    for (const name of [old, young, foreign]) await writeFile(join(part.path, name), 'x')
    const longAgo = new Date(Date.now() - 7_200_000)
    for (const name of [old, foreign]) await utimes(join(part.path, name), longAgo, longAgo)
    await save(part)
    const names = await readdir(part.path)
    deepEqual(
      [old, young, foreign].map(name => names.includes(name)),
      [false, true, true],
    )
  },

  'that cannot be written reject optimize and close, and the index goes on between': async ({
    open,
    path,
  }) => {
    const index = await open({ path, dimensions })
    await index.apply({ upserts: entries.slice(0, 20), deletes: [], cursor: 20 })
    await rm(path, { recursive: true })
    const optimized = await rejectionOf('optimize', () => index.optimize())
    await index.apply({ upserts: [], deletes: ['entry-000000'], cursor: 21 })
    const { vectors, unsavedChanges } = await index.stats()
    deepEqual({ vectors, unsavedChanges }, { vectors: 19, unsavedChanges: 21 })
    for (const error of [optimized, await rejectionOf('close', () => index.close())]) {
      equal(error.code, 'BACKEND')
      ok(error.message.includes('ENOENT'), error.message)
    }
  },

  'of two at the same time are those of the last that saved, and each keeps answering': async ({
    open,
    path,
  }) => {
    const first = await open({ path, dimensions })
    await first.apply({ upserts: entries.slice(0, 300), deletes: [], cursor: 300 })
    await first.close()
    const [a, b] = [await open({ path, dimensions }), await open({ path, dimensions })]
    await a.apply({ upserts: entries.slice(300, 600), deletes: [], cursor: 600 })
    await b.apply({ upserts: entries.slice(300), deletes: [], cursor: 1_200 })
    await Promise.all([a.optimize(), b.optimize()])
    await b.apply({ upserts: [], deletes: ['entry-000000'], cursor: 1_201 })
    await a.close()
    ok((await b.search(queries)).every(matches => matches.length === 10))
    equal((await b.stats()).vectors, 1_199)
    await b.close()
    await using again = await open({ path, dimensions })
    const { vectors, rebuiltBecause } = await again.stats()
    deepEqual(
      { cursor: await again.cursor(), vectors, rebuiltBecause },
      { cursor: 1_201, vectors: 1_199, rebuiltBecause: undefined },
    )
  },
})
