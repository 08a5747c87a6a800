import { expect, test } from 'vitest'

import { UsageError } from '../run/command-options.ts'
import { parsePeersCommand } from '../run/parse-peers-command.ts'

test('the command line of bench:peers measures adds, searches and kills when nothing is said, and none of what is 0', () => {
  expect(parsePeersCommand([])).toEqual({
    sizes: [10, 100, 1_000],
    searched: [1_000, 10_000],
    rounds: 5,
    kills: 5,
    only: '',
    addTo: undefined,
    save: false,
    help: false,
  })
  expect(parsePeersCommand('--sizes 0 --searched 0 --kills 0 --only mem0'.split(' '))).toMatchObject({
    sizes: [],
    searched: [],
    kills: 0,
    only: 'mem0',
  })
})

test.each([
  ['--size 10', /no option --size; did you mean --sizes\?/],
  ['--sizes 10,0', /--sizes takes a whole number from 1 on, not '0'/],
  ['--rounds 0', /--rounds takes a whole number from 1 on, not '0'/],
  ['--kills some', /--kills takes a whole number from 1 on, not 'some'/],
])('refuses %s and says what is meant', (line, message) => {
  expect(() => parsePeersCommand(line.split(' '))).toThrow(UsageError)
  expect(() => parsePeersCommand(line.split(' '))).toThrow(message)
})
