import { AssertionError, deepEqual } from 'node:assert/strict'
import { casesOf } from './case.ts'
import type { Case } from './case.ts'
import { assertRejects } from './rejections.ts'

interface Closable extends AsyncDisposable {
  close(): Promise<void>
}

/** How the lifecycle of a part is shown. */
interface LifecycleTrait<Part extends Closable> {
  /** A call of each method, by its name. Methods that take a signal pass it on. */
  readonly calls: (part: Part, signal?: AbortSignal) => Readonly<Record<string, () => Promise<unknown>>>
  /** Which of them take a signal. */
  readonly abortable: readonly string[]
  /** What a refused call must leave as it was. */
  readonly stateOf: (part: Part) => Promise<unknown>
}

/** What every part must do when it is closed or a call is aborted: one case a method. */
export function lifecycleCases<Part extends Closable>(
  methods: readonly string[],
  { calls, abortable, stateOf }: LifecycleTrait<Part>,
): readonly Case<Part>[] {
  const call = (part: Part, method: string, signal?: AbortSignal): (() => Promise<unknown>) => {
    const found = calls(part, signal)[method]
    if (!found) throw new TypeError(`There is no call of '${method}'.`)
    return found
  }
  return [
    ...casesOf<Part>('lifecycle', {
      'closing twice is closing once': async part => {
        await part.close()
        await part.close()
      },

      'closing at the same time is closing once': async part => {
        await Promise.all([part.close(), part.close(), part[Symbol.asyncDispose]()])
      },

      'await using closes it': async part => {
        await part[Symbol.asyncDispose]()
        for (const method of methods) await assertRejects('CLOSED', method, call(part, method))
      },
    }),
    ...methods.flatMap(method =>
      casesOf<Part>('lifecycle', {
        [`${method} on a closed one is refused with CLOSED`]: async part => {
          await call(part, method)()
          await part.close()
          await assertRejects('CLOSED', method, call(part, method))
        },
      }),
    ),
    ...abortable.flatMap(method =>
      casesOf<Part>('abort', {
        [`${method} with an aborted signal is refused with ABORTED, and nothing is done`]: async part => {
          const before = await stateOf(part)
          await assertRejects('ABORTED', method, call(part, method, AbortSignal.abort()))
          deepEqual(await stateOf(part), before)
        },

        [`${method} ends with its signal when the backend does not answer`]: {
          unless: ({ silenceBackend }) =>
            silenceBackend ? undefined : 'nothing keeps its backend from answering',
          run: async (part, { silenceBackend }) => {
            await call(part, method)()
            await silenceBackend?.()
            const aborting = new AbortController()
            const ended = assertRejects('ABORTED', method, call(part, method, aborting.signal))
            setTimeout(() => aborting.abort(), 20)
            await soon(method, ended)
          },
        },
      }),
    ),
  ]
}

/** How long a call may take that has been told to end, on a machine that is busy. */
const longestMs = 5_000

/** Waits for a call that has been told to end; fails when it does not. */
async function soon(name: string, ended: Promise<void>): Promise<void> {
  const { promise: never, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new AssertionError({ message: `${name} did not end` })), longestMs)
  await Promise.race([ended, never]).finally(() => clearTimeout(timer))
}
