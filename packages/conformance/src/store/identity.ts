import { deepEqual, equal } from 'node:assert/strict'
import { parseWhere } from '@agentmem/core/adapter'
import type { Store, StoredRecord } from '@agentmem/core/adapter'
import { hostileStrings } from '../data/hostile-strings.ts'
import { idsOf, readAll } from '../data/read-store.ts'
import { keyOf, orgId, storedRecord, uniqueRecord, withoutVector } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertKept, hostileRecords } from './hostile-records.ts'

/** Finds each record by its own hostile string, and nothing else with it. */
async function assertFoundAlone(
  store: Store,
  records: readonly StoredRecord[],
  part: 'userId' | 'agentId' | 'runId' | 'orgId',
): Promise<void> {
  for (const record of records) {
    const scope = { orgId: record.orgId, [part]: record[part] ?? undefined }
    const found = await readAll(store, { scope })
    deepEqual(idsOf(found), [record.id], `${part} ${JSON.stringify(record[part])}`)
  }
}

export const identityCases: readonly Case<Store>[] = casesOf('identity', {
  'ids that look alike are different records': async store => {
    const records = hostileRecords(id => ({ id }))
    await assertKept(store, records)
    const [first, ...others] = records
    if (!first) return
    await store.delete([keyOf(first)])
    deepEqual(await store.get(records.map(keyOf)), [undefined, ...others.map(withoutVector)])
    deepEqual(idsOf((await store.changes({ after: 0, limit: 1000 })).upserts), idsOf(others))
  },

  'users that look alike are different users': async store => {
    const records = hostileRecords(userId => ({ userId }))
    await assertKept(store, records)
    await assertFoundAlone(store, records, 'userId')
  },

  'agents that look alike are different agents': async store => {
    const records = hostileRecords(agentId => ({ agentId }))
    await assertKept(store, records)
    await assertFoundAlone(store, records, 'agentId')
  },

  'runs that look alike are different runs': async store => {
    const records = hostileRecords(runId => ({ runId }))
    await assertKept(store, records)
    await assertFoundAlone(store, records, 'runId')
  },

  'organizations that look alike are different organizations': async store => {
    const records = hostileRecords(orgId => ({ orgId }))
    await assertKept(store, records)
    await assertFoundAlone(store, records, 'orgId')
  },

  'deleteAll of one that looks like others takes no other': async store => {
    await store.put(hostileRecords(userId => ({ userId })))
    for (const [i, userId] of hostileStrings.entries()) {
      equal(await store.deleteAll({ orgId, userId }), 1, JSON.stringify(userId))
      equal((await store.stats()).memories, hostileStrings.length - i - 1)
    }
  },

  'contents that look alike are not duplicates': async store => {
    const records = hostileStrings.map((content, n) => uniqueRecord(n, { content }))
    await assertKept(store, records)
    const again = hostileStrings.map((content, n) => uniqueRecord(n + 1000, { content }))
    const { duplicates } = await store.put(again)
    deepEqual(duplicates, new Map(again.map(({ id }, n) => [id, records[n]?.id])))
  },

  'a filter tells them apart, in fields and in metadata': async store => {
    await store.put(hostileRecords(text => ({ type: text, metadata: { k: text } })))
    for (const [n, text] of hostileStrings.entries()) {
      for (const where of [{ type: text }, { 'metadata.k': text }]) {
        const found = await readAll(store, { scope: { orgId }, where: parseWhere(where) })
        deepEqual(idsOf(found), [storedRecord(n).id], JSON.stringify(where))
      }
    }
  },

  'the longest id and names are kept whole': async store => {
    // That of a caller, behind what `storedId` puts before it.
    const ids = ['x'.repeat(146), `${'x'.repeat(145)}y`, '\u{1f600}'.repeat(73), '\u4e2d'.repeat(146)]
    const names = ['n'.repeat(255), '\u4e2d'.repeat(255), `${'\u{1f600}'.repeat(127)}n`]
    const records = ids.map((id, n) => {
      const name = names[n % names.length] ?? null
      const role = `${n}${name ?? ''}`.slice(0, 255)
      return storedRecord(n, { id, userId: name, agentId: name, runId: name, actorId: name, role })
    })
    await assertKept(store, records)
  },
})
