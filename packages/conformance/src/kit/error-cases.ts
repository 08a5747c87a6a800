import { ok } from 'node:assert/strict'
import { casesOf } from './case.ts'
import type { Case } from './case.ts'
import { rejectionOf } from './rejections.ts'

/** What every part must do when its backend fails: one case a method. */
export function errorCases<Part>(
  methods: readonly string[],
  calls: (part: Part) => Readonly<Record<string, () => Promise<unknown>>>,
): readonly Case<Part>[] {
  return methods.flatMap(method =>
    casesOf<Part>('errors', {
      [`${method} passes on a failure of the backend as a MemoryError with its cause`]: {
        unless: ({ breakBackend }) =>
          breakBackend ? undefined : 'the harness has no breakBackend: this backend cannot be broken',
        run: async (part, { breakBackend }) => {
          const call = calls(part)[method]
          ok(call && breakBackend)
          await call()
          await breakBackend()
          const error = await rejectionOf(method, call)
          ok(error.cause !== undefined, `${method}: the error '${error.message}' has no cause`)
        },
      },
    }),
  )
}
