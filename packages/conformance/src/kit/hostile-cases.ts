import { fail, ok } from 'node:assert/strict'
import { MemoryError } from '@agentmem/core/adapter'
import { hostileValues } from './hostile-values.ts'
import { casesOf } from './case.ts'
import type { Case } from './case.ts'

/** What a method is given in a call that is right. */
export type SampleCalls = Readonly<Record<string, readonly unknown[]>>

/** One value in another's place. */
export interface Spoilt<Value> {
  readonly name: string
  readonly value: Value
}

/** How deep values are exchanged: the entries of the objects that a list holds. */
const deepest = 3

/** The value with each part of it, and itself, exchanged for each hostile value. */
export function* spoil(value: unknown, name: string, depth = 0): Generator<Spoilt<unknown>> {
  for (const [what, make] of Object.entries(hostileValues))
    yield { name: `${name} is ${what}`, value: make() }
  if (depth === deepest || typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    const [first, ...rest] = value as unknown[]
    for (const spoilt of spoil(first, `${name}[0]`, depth + 1))
      yield { ...spoilt, value: [spoilt.value, ...rest] }
    return
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return
  for (const [key, held] of Object.entries(value)) {
    for (const spoilt of spoil(held, `${name}.${key}`, depth + 1)) {
      yield { ...spoilt, value: { ...value, [key]: spoilt.value } }
    }
  }
}

/** Fails when the call throws anything but a MemoryError. What it gives is closed. */
export async function throwsMemoryErrorsAlone(name: string, call: () => unknown): Promise<void> {
  try {
    await finish(call())
  } catch (error) {
    if (!MemoryError.is(error)) fail(`${name}: threw something other than a MemoryError: ${describe(error)}`)
    ok(error.message.length > 10, `${name}: the message says nothing: '${error.message}'`)
  }
}

/** One case a method: whatever it is given, it throws a MemoryError or nothing. */
export function hostileCases<Part>(
  samples: (part: Part) => SampleCalls,
  methods: readonly string[],
): readonly Case<Part>[] {
  return methods.flatMap(method =>
    casesOf<Part>('hostile calls', {
      [`${method} throws nothing but a MemoryError, whatever it is given`]: async part => {
        const values = samples(part)[method]
        ok(values, `there is no sample of '${method}'`)
        const call = (given: readonly unknown[]): unknown =>
          (part as Record<string, (...values: readonly unknown[]) => unknown>)[method]?.(...given)
        for (const [at] of values.entries()) {
          for (const { name, value } of spoil(values[at], `${method}, value ${at}`)) {
            await throwsMemoryErrorsAlone(name, () => call(values.with(at, value)))
          }
        }
      },
    }),
  )
}

async function finish(given: unknown): Promise<void> {
  const result = await given
  if (typeof result !== 'object' || result === null) return
  if (Symbol.asyncIterator in result) {
    for await (const page of result as AsyncIterable<unknown>) void page
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : typeof error
}
