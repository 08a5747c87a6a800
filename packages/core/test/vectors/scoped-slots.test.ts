import { expect, test } from 'vitest'
import { ScopedSlots } from '../../src/vectors/scoped-slots.ts'

const acme = { orgId: 'acme' }
const alice = { ...acme, userId: 'alice' }
const bob = { ...acme, userId: 'bob', agentId: 'helper' }
const other = { orgId: 'other', userId: 'alice' }

function filled(): ScopedSlots {
  const slots = new ScopedSlots()
  for (const [id, scope, slot] of [
    ['a', alice, 7],
    ['b', alice, 70_000],
    ['c', bob, 3],
    ['d', other, 4],
  ] as const) {
    slots.set(id, scope, slot)
  }
  return slots
}

test('a filter counts what it yields, for an organization as for its parts', () => {
  const slots = filled()
  for (const filter of [acme, alice, bob, other, { ...acme, agentId: 'helper' }, { orgId: 'nobody' }]) {
    expect(slots.count(filter)).toBe([...slots.visible(filter)].flat().length)
  }
  expect(slots.count(acme)).toBe(3)
  expect([...slots.visible(alice)].flat()).toEqual([7, 70_000])
})

test('a slot that is freed is nobody’s, and the counts go down', () => {
  const slots = filled()
  expect(slots.delete('a')).toBe(7)
  expect(slots.delete('a')).toBeUndefined()
  expect([slots.idOf(7), slots.scopeOf(7)]).toEqual([undefined, undefined])
  expect([slots.count(acme), slots.count(alice), slots.size]).toEqual([2, 1, 3])
  slots.delete('d')
  expect(slots.count({ orgId: 'other' })).toBe(0)
  slots.set('a', bob, 7)
  expect([...slots.visible(bob)].flat()).toEqual([3, 7])
})
