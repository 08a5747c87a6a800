import { MemoryError } from '../contracts/errors.ts'

/**
 * Makes the methods of a class throw MemoryErrors alone. What a backend throws is one already (`Lifecycle`), so that
 * anything else comes from a value of the caller's, such as a getter or a proxy that throws: `INVALID_ARGUMENT`. `name`
 * begins the message.
 */
export function onlyMemoryErrors(prototype: object, name: string): void {
  for (const key of Reflect.ownKeys(prototype)) {
    const property = Object.getOwnPropertyDescriptor(prototype, key)
    if (key === 'constructor' || typeof property?.value !== 'function') continue
    const method = property.value as (this: unknown, ...values: unknown[]) => unknown
    const fail = (error: unknown): never => {
      throw refused(error, `${name}.${String(key)}`)
    }
    const value = function (this: unknown, ...values: unknown[]): unknown {
      try {
        const result = method.apply(this, values)
        if (result instanceof Promise) return result.catch(fail)
        return isGenerator(result) ? checkedGenerator(result, fail) : result
      } catch (error) {
        return fail(error)
      }
    }
    Object.defineProperty(prototype, key, { ...property, value })
  }
}

function refused(error: unknown, call: string): MemoryError {
  if (MemoryError.is(error)) return error
  const { message } = MemoryError.from(error, `${call} was given a value that cannot be read`)
  return new MemoryError('INVALID_ARGUMENT', message, { cause: error })
}

function isGenerator(value: unknown): value is AsyncGenerator {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'return' in value
}

async function* checkedGenerator(pages: AsyncGenerator, fail: (error: unknown) => never): AsyncGenerator {
  try {
    yield* pages
  } catch (error) {
    fail(error)
  }
}
