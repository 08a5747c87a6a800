import { deepEqual, equal, ok } from 'node:assert/strict'
import type { MemoryTenants } from '@agentmem/core'
import type { VectorIndex } from '@agentmem/core/adapter'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { openOrganizations, organizations, sharedIds } from './organizations.ts'
import { addTheSame, assertHas } from './same-ids.ts'

/** Organizations of one index that use the same ids. */
export const indexTenantCases: readonly Case<VectorIndex>[] = casesOf<VectorIndex>('tenants', {
  'with the same ids have vectors of their own': {
    unless: ({ part }) =>
      part.supports.transactional ? 'only its own Store writes it: see transactionCases' : undefined,
    run: async index => {
      const tenants = await openOrganizations({ index })
      await assertOwnVectors(tenants, index)
      await tenants.close()
    },
  },
})

/** Adds, finds and deletes memories of the same ids, before and after the index has taken them in. */
export async function assertOwnVectors(tenants: MemoryTenants, index: VectorIndex): Promise<void> {
  await addTheSame(tenants)
  for (const org of organizations) await assertHas(tenants.org(org))
  await tenants.flush()
  equal((await index.stats()).vectors, organizations.length * sharedIds.length)
  for (const org of organizations) await assertHas(tenants.org(org))

  // Each loses another one, in one transaction.
  const gone = organizations.map((org, i) => tenants.org(org).delete(sharedIds[i] ?? ''))
  deepEqual(await Promise.all(gone), [true, true, true])
  const assertLeft = async (): Promise<void> => {
    for (const [i, org] of organizations.entries()) {
      await assertHas(
        tenants.org(org),
        sharedIds.filter((_, n) => n !== i),
      )
    }
  }
  await assertLeft()
  await tenants.flush()
  await assertLeft()
  ok((await tenants.verify()).ok)
}
