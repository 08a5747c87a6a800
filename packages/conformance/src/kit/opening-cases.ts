import { ok } from 'node:assert/strict'
import { MemoryError } from '@agentmem/core/adapter'
import { casesOf } from './case.ts'
import type { Case } from './case.ts'
import { spoil, throwsMemoryErrorsAlone } from './hostile-cases.ts'
import { rejectionOf } from './rejections.ts'

/** An `open...()` of a package. */
export interface PartOpening {
  // oxlint-disable-next-line typescript/no-explicit-any -- any options
  readonly open: (options: any) => Promise<{ close(): Promise<unknown> }>
  /** Options with which it opens at once. */
  readonly options: Readonly<Record<string, unknown>>
}

/** What every `open...()` must do. The part of the harness is the function, and options that are right. */
export const openingCases: readonly Case<PartOpening>[] = casesOf<PartOpening>('openings', {
  'an unknown option is refused with those that there are': async ({ open, options }) => {
    ok((await optionsOf(open, options)).length > 0)
  },

  'throws nothing but a MemoryError, whatever an option is': async ({ open, options }) => {
    for (const name of await optionsOf(open, options)) {
      for (const { name: what, value } of spoil(options[name], name)) {
        await throwsMemoryErrorsAlone(what, async () => {
          const opened = await open({ ...options, [name]: value })
          await opened.close()
        })
      }
    }
    for (const { name, value } of spoil(undefined, 'the options')) {
      await throwsMemoryErrorsAlone(name, async () => (await open(value)).close())
    }
  },
})

/** The names of the options, as the message that refuses another lists them. */
async function optionsOf(open: PartOpening['open'], options: object): Promise<string[]> {
  const error = await rejectionOf('an unknown option', () => open({ ...options, noSuchOption: 1 }))
  ok(MemoryError.is(error) && error.code === 'INVALID_ARGUMENT', `${error.code}: ${error.message}`)
  const [, names = ''] = /there are ([\w, ]+)/.exec(error.message) ?? []
  return names.split(', ').filter(name => name !== '')
}
