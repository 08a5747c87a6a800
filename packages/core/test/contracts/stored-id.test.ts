import fc from 'fast-check'
import { expect, test } from 'vitest'

import { checkId, maxIdLength, maxStoredIdLength } from '../../src/checks/check-values.ts'
import { givenId, isPrefixed, storedId, withGivenIds } from '../../src/contracts/stored-id.ts'

const ids = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 })
const orgs = fc.string({ unit: 'binary', minLength: 1, maxLength: 10 })

test('an id of the default organization is stored as it is', () => {
  expect(storedId('default', 'm1')).toBe('m1')
})

test('an id of another organization is stored behind a hash of its name', () => {
  // The first 16 characters of: printf acme | openssl dgst -sha256 -binary | basenc --base64url
  expect(storedId('acme', 'm1')).toBe('@giszrYfBSKCiClun:m1')
})

test('what is stored gives back the id, and no other organization or id has it', () => {
  fc.assert(
    fc.property(ids, orgs, ids, orgs, (id, org, otherId, otherOrg) => {
      fc.pre(!isPrefixed(id) && !isPrefixed(otherId))
      expect(givenId(storedId(org, id))).toBe(id)
      expect(storedId(org, id) === storedId(otherOrg, otherId)).toBe(org === otherOrg && id === otherId)
    }),
  )
})

test('the longest id fits, and a text that names what is stored is told as callers know it', () => {
  expect(storedId('acme', 'x'.repeat(maxIdLength))).toHaveLength(maxStoredIdLength)
  expect(withGivenIds(`The ids '${storedId('acme', 'm1')}' and "${storedId('bolt', 'm2')}".`)).toBe(
    `The ids 'm1' and "m2".`,
  )
})

test.each([storedId('acme', 'm1'), '@0123456789abcdef:', '@\u{1f600}123456789abcdef:x'])(
  'no caller can give %j',
  id => {
    expect(() => checkId(id)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
  },
)

test.each(['@ana', '@0123456789abcde:x', '@0123456789abcdefg:x', 'x@0123456789abcdef:y', 'a:b'])(
  '%j is an id like any other',
  id => {
    expect(() => checkId(id)).not.toThrow()
    expect(givenId(id)).toBe(id)
  },
)
