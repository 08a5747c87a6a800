/**
 * One index at one size: how fast it takes vectors in, what it holds in memory, how soon it is open again, and what a
 * search takes and finds in scopes of every share. Vectors have 384 dimensions, in 20 clusters for each 1,000 of them.
 *
 *   node --expose-gc benchmarks/figures/index-at-size.ts [--index usearch] [--size 100000] [--queries 200]
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { formatNumber } from '../measured/format-number.ts'
import { makePlace } from '../opening/own-place.ts'
import { measureFilling, measureShares } from './index-at-size/measure-at-size.ts'

const { values } = parseArgs({
  options: {
    index: { type: 'string', default: 'usearch' },
    size: { type: 'string', default: '100000' },
    queries: { type: 'string', default: '200' },
    /** Of the second process, which opens what the first has filled. */
    folder: { type: 'string' },
  },
})
const subject = { name: values.index, size: Number(values.size) }

if (values.folder === undefined) {
  const place = await makePlace([], {})
  try {
    console.log(`${subject.name}, ${formatNumber(subject.size)} vectors`)
    console.log(await measureFilling(place.folder, subject))
    const again = [import.meta.filename, '--folder', place.folder]
    const options = ['--index', subject.name, '--size', values.size, '--queries', values.queries]
    spawnSync(process.execPath, ['--expose-gc', ...again, ...options], { stdio: 'inherit' })
  } finally {
    await place.remove()
  }
} else {
  console.log(await measureShares(join(values.folder), subject, Number(values.queries)))
}
