import { deepEqual, equal, ok } from 'node:assert/strict'
import { storedId } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertRejects } from '../kit/rejections.ts'
import { ana, inputsOf, openOrganizations, organizations, sharedIds } from './organizations.ts'
import { addTheSame, assertHas, changesOf, exportOf, linesOf, pastOf } from './same-ids.ts'

const [first, second, longest] = sharedIds as [string, string, string]

async function* streamOf(text: string): AsyncGenerator<string> {
  yield text
}

/** Organizations of one Store that use the same ids. Every id that a Store has passes through `storedId`. */
export const storeTenantCases: readonly Case<Store>[] = casesOf<Store>('tenants', {
  'with the same ids have memories of their own': async store => {
    const tenants = await openOrganizations({ store })
    await addTheSame(tenants)
    equal((await tenants.stats()).store.memories, organizations.length * sharedIds.length)
    for (const org of organizations) {
      const memory = tenants.org(org)
      await assertHas(memory)
      deepEqual(await pastOf(memory, first), [['ADD', first, null]])
      deepEqual(await changesOf(memory), Object.fromEntries(sharedIds.map(id => [id, 'added'])))
      const { results, next } = await memory.page({ ...ana, limit: 2 })
      const rest = await memory.page({ ...ana, limit: 2, after: next })
      deepEqual(
        [...results, ...rest.results].map(({ id }) => id),
        sharedIds.toReversed(),
      )
    }
    await tenants.close()
  },

  'change and delete nothing of one another': async store => {
    const tenants = await openOrganizations({ store })
    await addTheSame(tenants)
    const [acme, other, whole] = organizations.map(org => tenants.org(org)) as [
      ReturnType<typeof tenants.org>,
      ReturnType<typeof tenants.org>,
      ReturnType<typeof tenants.org>,
    ]
    // What is written in one tick goes into one transaction.
    const [updated, same] = await Promise.all([
      acme.update(first, 'Ana drinks black tea'),
      other.update(first, { importance: 1 }),
    ])
    deepEqual(
      [...updated.results, ...same.results].map(({ id }) => id),
      [first, first],
    )
    deepEqual(await Promise.all([acme.delete(second), whole.delete(second), acme.delete('none')]), [
      true,
      true,
      false,
    ])
    deepEqual(await pastOf(acme, second), [
      ['ADD', second, null],
      ['DELETE', second, null],
    ])
    deepEqual(await pastOf(other, second), [['ADD', second, null]])
    equal((await acme.get(first))?.memory, 'Ana drinks black tea')
    equal((await other.get(first))?.memory, 'Ana drinks green tea')
    await assertHas(whole, [first, longest])

    equal(await other.delete(longest, { soft: true }), true)
    equal(await other.get(longest), undefined)
    equal(await acme.restore(longest), false)
    equal(await other.restore(longest), true)
    const replaced = await acme.add(
      { id: longest, content: 'No lemon', metadata: { org: 'acme' } },
      {
        ...ana,
        onTaken: 'replace',
      },
    )
    deepEqual(replaced.results, [{ id: longest, memory: 'No lemon', event: 'UPDATE' }])
    await assertHas(whole, [first, longest])

    equal(await acme.deleteAll(ana, { purgeHistory: true }), 2)
    deepEqual(await pastOf(acme, first), [])
    equal(await acme.count(ana), 0)
    equal(await other.count(ana), 3)
    await assertHas(whole, [first, longest])
    equal((await acme.search('tea', ana)).results.length, 0)
    ok((await tenants.verify()).ok)
    await tenants.close()
  },

  'give an export and a copy to one another, under the same ids': async store => {
    const tenants = await openOrganizations({ store })
    const acme = tenants.org('acme')
    await acme.addBatch(inputsOf('acme'), ana)
    await acme.update(first, { importance: 0.9 })
    const text = await exportOf(acme)
    const imported = tenants.org('imported')
    deepEqual(await imported.importFrom(streamOf(text)), { imported: 3, skipped: 0 })
    deepEqual(await imported.importFrom(streamOf(text)), { imported: 0, skipped: 3 })
    const copied = tenants.org('copied')
    deepEqual(await acme.copyTo(copied, { history: true }), { copied: 3, skipped: 0, different: 0 })
    await assertRejects('INVALID_ARGUMENT', 'a copy to itself', () => acme.copyTo(tenants.org('acme')))
    for (const memory of [imported, copied]) {
      deepEqual(linesOf(await exportOf(memory)), linesOf(text))
      deepEqual(
        (await memory.getBatch(sharedIds)).map(item => item?.id),
        sharedIds,
      )
      equal((await memory.search('green tea', { ...ana, mode: 'vector' })).results[0]?.id, first)
    }
    await acme.reset()
    equal(await imported.count(ana), 3)
    deepEqual(await pastOf(copied, first), [
      ['ADD', first, null],
      ['UPDATE', first, null],
    ])
    await tenants.close()
  },

  'make facts of messages of one id, each its own': async store => {
    const tenants = await openOrganizations({ store })
    const message = { id: first, role: 'user', content: 'Ana lives in Porto now.' }
    const infer = { userId: 'ana', infer: true } as const
    const made = await Promise.all(organizations.map(org => tenants.org(org).add([message], infer)))
    for (const [i, { results, messages, batch }] of made.entries()) {
      const memory = tenants.org(organizations[i] ?? '')
      deepEqual(messages, [first])
      const [fact] = results
      deepEqual([fact?.event, fact?.sources], ['ADD', [first]])
      const where = { 'derivation.sources': { contains: first } }
      const found = await memory.getAll({ userId: 'ana', where })
      deepEqual(
        found.results.map(({ id, derivation }) => [id, derivation?.sources, derivation?.batch]),
        [[fact?.id, [first], batch]],
      )
    }
    const [acme, other] = organizations.map(org => tenants.org(org))
    await acme?.delete(first)
    equal(await acme?.count({ userId: 'ana' }), 0, 'the fact goes with its message')
    equal(await other?.count({ userId: 'ana' }), 2)
    await other?.add([{ ...message, id: second }], { ...infer, wait: 'stored' })
    deepEqual(
      (await other?.pending())?.results.map(({ id }) => id),
      [second],
    )
    deepEqual((await other?.process())?.messages, [second])
    await tenants.close()
  },

  'with the longest names make facts, each its own': async store => {
    const tenants = await openOrganizations({ store })
    // They differ in their last character alone, and are longer than what may be kept beside them in one name.
    const named = ['a', 'b'].map(last => tenants.org(`${'\u4e2d'.repeat(254)}${last}`))
    for (const [i, memory] of named.entries()) {
      const content = `Ana lives in ${['Porto', 'Rome'][i]} now.`
      await memory.add([{ role: 'user', content }], { userId: 'ana', infer: true, wait: 'stored' })
    }
    for (const [i, memory] of named.entries()) {
      equal((await memory.process()).messages.length, 1)
      const { results } = await memory.getAll({ userId: 'ana' })
      equal(results.length, 2)
      for (const item of results) ok(item.memory.includes(['Porto', 'Rome'][i] ?? ''), item.memory)
    }
    await tenants.close()
  },

  'are asked for ids in filters': async store => {
    const tenants = await openOrganizations({ store })
    await addTheSame(tenants)
    for (const org of organizations) {
      const idsOf = async (id: object | string): Promise<string[]> => {
        const { results } = await tenants.org(org).getAll({ ...ana, where: { id } })
        return results.map(item => item.id).toSorted()
      }
      const sorted = sharedIds.toSorted()
      deepEqual(await idsOf(first), [first])
      deepEqual(await idsOf({ in: [longest, 'none'] }), [longest])
      deepEqual(await idsOf({ ne: first }), [second, longest])
      deepEqual(await idsOf({ nin: [first, longest] }), [second])
      deepEqual(await idsOf({ contains: 'ote/' }), [second])
      // No character of what stands before the stored id is found.
      for (const part of ['@', ':', storedId('acme', '')]) deepEqual(await idsOf({ contains: part }), [])
      deepEqual(await idsOf({ gte: 'note' }), [second, longest])
      deepEqual(await idsOf({ lt: 'x' }), [first, second])
      deepEqual(await idsOf({ exists: true }), sorted)
      deepEqual(await idsOf(storedId('acme', first)), [])
    }
    await tenants.close()
  },

  'cannot name what is stored by the id that the Store has': async store => {
    const tenants = await openOrganizations({ store })
    await addTheSame(tenants)
    const held = storedId('acme', first)
    for (const org of organizations) {
      const memory = tenants.org(org)
      const calls: Readonly<Record<string, () => Promise<unknown>>> = {
        add: () => memory.add({ id: held, content: 'mine' }, ana),
        addBatch: () => memory.addBatch([{ id: held, content: 'mine' }], ana),
        get: () => memory.get(held),
        history: () => memory.history(held),
        update: () => memory.update(held, 'mine'),
        delete: () => memory.delete(held),
        restore: () => memory.restore(held),
        importFrom: () => memory.importFrom(streamOf(JSON.stringify({ id: held, content: 'mine', ...ana }))),
      }
      for (const [name, call] of Object.entries(calls)) await assertRejects('INVALID_ARGUMENT', name, call)
      await assertHas(memory)
    }
    await tenants.close()
  },

  'are told of errors with the ids that they use': async store => {
    const tenants = await openOrganizations({ store })
    for (const org of organizations) {
      const memory = tenants.org(org)
      await memory.add({ id: 'tea', content: 'green tea' }, ana)
      const refusals = await Promise.allSettled([
        memory.update('none', 'black tea'),
        memory.add({ id: 'tea', content: 'black tea' }, { userId: 'ben' }),
        memory.update('tea', { importance: 1, version: 7 }),
        memory.addBatch(
          [
            { id: 'twice', content: 'a' },
            { id: 'twice', content: 'b' },
          ],
          ana,
        ),
      ])
      for (const [i, refusal] of refusals.entries()) {
        const { reason } = refusal as PromiseRejectedResult
        const { message } = reason as Error
        const id = ['none', 'tea', 'tea', 'twice'][i] ?? ''
        ok(message.includes(`'${id}'`) || message.includes(`"${id}"`), `the message names no id: ${message}`)
      }
    }
    await tenants.close()
  },
})
