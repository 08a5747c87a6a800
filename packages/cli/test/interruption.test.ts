import { openSqliteStore } from '@agentmem/sqlite'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { coreModule, installPackage } from '../../core/test/addresses/install-package.ts'
import { agentmem, answerOf, installedAlone, newFolder, startAgentmem } from './run-agentmem.ts'
import type { Running } from './run-agentmem.ts'
import { sampleFile, sampleLines } from './sample-lines.ts'

/** Starts an import of as many lines of stdin, which stays open, so that the import cannot come to its end. */
function startImport(folder: string, lines: number): Running {
  const running = startAgentmem(folder, ['import', '-', '--batch-size', '500', '--embedder', 'hash'])
  running.child.stdin.write(sampleLines(lines))
  return running
}

/** Returns when a condition holds; throws when the command ends before that. */
async function until({ child, stderr }: Running, holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) {
    if (child.exitCode !== null) throw new Error(`exit code ${child.exitCode}\n${stderr()}`)
    await setTimeout(5)
  }
}

/** Returns when the store of a folder holds that number of memories. */
async function untilStored(folder: string, count: number, running: Running): Promise<void> {
  const path = join(folder, 'agentmem.db')
  await until(running, () => existsSync(path))
  await using store = await openSqliteStore({ path })
  await until(running, async () => (await store.stats()).memories >= count)
}

describe('Ctrl-C in an import', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('(%s) ends with code %i and leaves a usable store', async (signal, code) => {
    const folder = await newFolder()
    const running = startImport(folder, 2_250)
    await untilStored(folder, 2_000, running)
    running.child.kill(signal)
    const outcome = await running.ended
    expect(outcome.stderr).toBe(
      'Interrupted: 2,000 memories of this import are stored, 2,000 in the store in all.\n' +
        'Run the same command again to continue.\n',
    )
    expect([outcome.code, outcome.stdout]).toEqual([code, ''])

    expect((await agentmem(folder, ['verify'])).code).toBe(0)
    const file = await sampleFile(folder, 3_000)
    expect(await answerOf(folder, ['import', file])).toMatchObject({ imported: 1_000, skipped: 2_000 })
    expect(await answerOf(folder, ['stats'])).toMatchObject({ store: { memories: 3_000 } })
  })

  test('before anything was read ends as well', async () => {
    const folder = await newFolder()
    const running = startImport(folder, 0)
    await untilStored(folder, 0, running)
    running.child.kill('SIGINT')
    expect((await running.ended).code).toBe(130)
  })

  test('pressed twice ends it at once, though the store does not close', async () => {
    const folder = await newFolder()
    await installPackage(
      folder,
      '@agentmem/postgres',
      `
      import { MapStore } from ${coreModule}
      export function openPostgresStore() {
        const store = new MapStore()
        store.close = () => new Promise(() => setInterval(() => {}, 1_000))
        return store
      }`,
    )
    const args = ['import', '-', '--store', 'postgres://db', '--user', 'ada', '--embedder', 'hash']
    const running = startAgentmem(folder, args, {}, await installedAlone())
    const { child } = running
    child.stdin.write('"one"\n')
    await until(running, () => existsSync(join(folder, 'agentmem.vectors-384.db')))
    child.kill('SIGINT')
    await setTimeout(500)
    expect(child.exitCode).toBeNull()
    child.kill('SIGINT')
    expect((await running.ended).code).toBe(130)
  })
})

test.each([500, 2_000, 3_500])(
  'an import that was killed after %i memories continues where it stopped, without duplicates',
  async killAfter => {
    const folder = await newFolder()
    const running = startImport(folder, 4_000)
    await untilStored(folder, killAfter, running)
    running.child.kill('SIGKILL')
    await running.ended
    const file = await sampleFile(folder, 5_000)
    const { imported, skipped } = await answerOf(folder, ['import', file])
    expect(skipped).toBeGreaterThanOrEqual(killAfter)
    expect(imported).toBeGreaterThanOrEqual(1_000)
    expect(Number(imported) + Number(skipped)).toBe(5_000)

    expect(await answerOf(folder, ['verify'])).toMatchObject({ ok: true, checked: 5_000 })
    await answerOf(folder, ['export', 'all.jsonl', '--no-vectors'])
    const [, ...lines] = (await readFile(join(folder, 'all.jsonl'), 'utf8')).trimEnd().split('\n')
    const contents = lines.map(line => (JSON.parse(line) as { content: string }).content)
    expect([contents.length, new Set(contents).size]).toEqual([5_000, 5_000])
  },
)
