import { deepEqual, notEqual } from 'node:assert/strict'
import type { Store } from '@agentmem/core/adapter'
import { keyOf, storedRecord, storedRecords } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'

export const databaseCheckCases: readonly Case<Store>[] = casesOf<Store>('database check', {
  'finds nothing wrong with what the Store has written, and says how it asked, or what it needs':
    async store => {
      await store.put(storedRecords(50))
      await store.patch([{ key: keyOf(storedRecord(1)), set: { importance: 1 }, updatedAt: 5 }])
      await store.delete([keyOf(storedRecord(2))])
      const { by, problems, advice } = await store.checkDatabase()
      deepEqual(problems, [])
      notEqual(by ?? advice ?? '', '', 'neither how it asked nor what it needs')
    },
})
