import { equal, ok } from 'node:assert/strict'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { runScript } from '../processes/run-script.ts'
import { busyDimensions, works } from './busy-work.ts'
import type { BusyTask } from './busy-work.ts'
import type { FolderIndex } from './folder-index.ts'
import { dimensions } from './saved-index.ts'
import { endOf } from './script-end.ts'
import type { ScriptEnd } from './script-end.ts'

/** How a process is told to end, the code or signal that it ends with, and what it says. */
const ends = [
  { end: 'exit', code: 7, says: /^$/ },
  { end: 'signal', code: 'SIGTERM', says: /^$/ },
  { end: 'error', code: 1, says: /Error: of its own/ },
] as const
/** Few, so that the cases stay short; `npm run test:kills` makes it 20. */
const times = Number(process.env['AGENTMEM_KILLS'] ?? 1)

export const endCases: readonly Case<FolderIndex>[] = [
  ...works.flatMap(work =>
    casesOf<FolderIndex>('ends of a process', {
      [`while it is to ${work} a process ends as it would, and the index opens again`]: async part => {
        for (let time = 0; time < times; time++) {
          for (const { end, code, says } of ends) {
            const ended = await endOfBusy(part, { work, end })
            equal(ended.code, code, ended.errors)
            ok(says.test(ended.errors), `a process that ends by ${end} says: ${ended.errors}`)
            await using index = await part.open({ path: part.path, dimensions: busyDimensions })
            equal((await index.stats())['rebuiltBecause'], undefined)
            await index.clear()
          }
        }
      },
    }),
  ),
  ...casesOf<FolderIndex>('ends of a process', {
    'that is killed while it saves leave an index of whole batches, with all that was saved': async part => {
      for (const count of [3, 5, 7, 9]) {
        const saved = await savedUntilKilled(part, count)
        await using index = await part.open({ path: part.path, dimensions })
        const [cursor, { vectors, rebuiltBecause }] = [await index.cursor(), await index.stats()]
        equal(rebuiltBecause, undefined)
        ok(cursor >= 100 * saved, `the cursor is ${cursor} after ${saved} batches of 100 were saved`)
        equal(vectors, cursor)
        await index.clear()
      }
    },
  }),
]

async function endOfBusy(
  { opening, path, slowKind }: FolderIndex,
  task: Omit<BusyTask, 'slowKind'>,
): Promise<ScriptEnd> {
  const options = { path, dimensions: busyDimensions }
  const script = new URL('./busy-index-script.js', import.meta.url)
  return endOf(runScript(script, { ...opening, options, slowKind, ...task }, ['ignore', 'ignore', 'pipe']))
}

/** Kills a process that saves batch after batch when it has told of `count`; resolves to how many it had saved before. */
async function savedUntilKilled({ opening, path }: FolderIndex, count: number): Promise<number> {
  const script = new URL('./save-until-killed-script.js', import.meta.url)
  const child = runScript(script, { ...opening, options: { path, dimensions } }, [
    'ignore',
    'pipe',
    'inherit',
  ])
  // It tells of each batch as it begins to save it.
  const { code, output } = await endOf(child, told => {
    if (told.length >= count) child.kill('SIGKILL')
  })
  equal(code, 'SIGKILL')
  return output.length - 1
}
