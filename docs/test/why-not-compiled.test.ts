import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './workspace.ts'

const path = join(root, 'docs/publish/why-not-compiled.mjs')
const { whyNotCompiled } = (await import(path)) as { whyNotCompiled: (output: string) => string }

const rolledBack =
  'gyp WARN install got an error, rolling back install\ngyp ERR! configure error \ngyp ERR! stack'
const version = 'gyp info find Python using Python version 3.11.2 found at "/usr/bin/python3"\n'

test.each([
  [`${rolledBack} Error: This is most likely not a problem with node-gyp`, /headers could not be downloaded/],
  [`${rolledBack} Error: bad port`, /headers could not be downloaded/],
  ['gyp ERR! find Python \ngyp ERR! find Python Python is not set from command line', /no Python 3/],
  [`${version}gyp ERR! stack Error: not found: make`, /no make/],
  [`${version}make: g++: No such file or directory`, /no C\+\+ compiler/],
  [`${version}/bin/sh: 1: c++: not found`, /no C\+\+ compiler/],
  [`${version}addon.cpp:1:10: fatal error: napi.h: No such file or directory`, /The command below says why/],
  ['', /The command below says why/],
])('%j is told in a sentence', (output, sentence) => {
  expect(whyNotCompiled(output)).toMatch(sentence)
})
