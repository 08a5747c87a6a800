import { runCase } from './case.ts'
import type { Case, Harness } from './case.ts'

/** What a test runner hands to a test; vitest and node:test do. */
interface TestContext {
  skip(reason?: string): unknown
}

type Describe = (name: string, body: () => void) => unknown
type Test = (
  name: string,
  options: { readonly timeout: number },
  body: (context: TestContext) => Promise<void>,
) => unknown

/**
 * Registers each case as a test, with the `describe` and `it` of vitest or node:test. A case that does not
 * apply is reported as skipped, with its reason. `timeout` is in milliseconds a case, default 60,000.
 */
export function registerCases<Part>(
  describe: Describe,
  it: Test,
  cases: readonly Case<Part>[],
  harness: Harness<Part>,
  timeout = 60_000,
): void {
  for (const group of new Set(cases.map(given => given.group))) {
    describe(group, () => {
      for (const given of cases.filter(given => given.group === group)) {
        it(given.name, { timeout }, async context => {
          const reason = await runCase(given, harness)
          if (reason !== undefined) context.skip(reason)
        })
      }
    })
  }
}
