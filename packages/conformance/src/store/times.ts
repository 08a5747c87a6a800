import { deepEqual, equal } from 'node:assert/strict'
import { parseWhere } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'
import { readAll } from '../data/read-store.ts'
import { orgId, storedRecord } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertKept } from './hostile-records.ts'

export const timeCases: readonly Case<Store>[] = casesOf('times', {
  'times of long ago, of 1970 and of a far future are kept and ordered': async store => {
    const times = [
      -8.64e15,
      -62_135_596_800_000,
      -1,
      0,
      1,
      2 ** 32,
      2 ** 31 * 1000,
      253_402_300_800_000,
      8.64e15,
    ]
    const records = times.map((time, n) =>
      storedRecord(n, { createdAt: time, updatedAt: time, lastAccessedAt: time, expiresAt: time }),
    )
    await assertKept(store, records)
    for (const by of ['createdAt', 'updatedAt'] as const) {
      const found = await readAll(store, { scope: { orgId }, order: { by, direction: 'asc' }, pageSize: 2 })
      deepEqual(
        found.map(record => record[by]),
        times,
      )
    }
    const where = parseWhere({ createdAt: { gte: 0, lt: 253_402_300_800_000 } })
    equal((await readAll(store, { scope: { orgId }, where })).length, 4)
  },
})
