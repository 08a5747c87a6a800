import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { freshFolder } from '@agentmem/conformance'
import { HashEmbedder, Memory } from '@agentmem/core'
import { openUsearchIndex } from '@agentmem/usearch'
import { AgentmemStore } from '@agentmem/langgraph'
import { openSqliteStore } from '@agentmem/sqlite'
import { expect, test } from 'vitest'

const kills = Number(process.env['AGENTMEM_KILLS'] ?? 3)

test(`kill -9 between put and search loses no put that was acknowledged, ${kills} times`, async () => {
  await using folder = await freshFolder()
  const path = folder.file('items')
  for (let round = 1; round <= kills; round++) {
    const acknowledged = await killWriter(path, round * 7)
    await using memory = await Memory.open({
      store: await openSqliteStore({ path: `${path}.db` }),
      index: await openUsearchIndex({ path: `${path}.usearch`, dimensions: 64 }),
      embedder: new HashEmbedder({ dimensions: 64 }),
    })
    const store = new AgentmemStore(memory.scope({ agentId: 'langgraph' }), {
      fields: ['text'],
      mode: 'vector',
    })
    const [found] = await store.search(['users', 'ada'], {
      query: `note ${acknowledged} about the green harbour`,
      limit: 1,
    })
    expect(found?.value['n']).toBe(acknowledged)
    const items = await store.search(['users', 'ada'], { limit: 100_000 })
    const numbers = new Set(items.map(({ value }) => value['n'] as number))
    for (let n = 0; n <= acknowledged; n++) expect(numbers).toContain(n)
    expect(await memory.verify()).toMatchObject({ ok: true })
  }
})

/** Returns the number of the last put that the process had acknowledged when it was killed. */
async function killWriter(path: string, atLeast: number): Promise<number> {
  const script = join(import.meta.dirname, 'child-store.ts')
  const flags = ['--experimental-strip-types', '--no-warnings']
  const child = spawn(process.execPath, [...flags, script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  for await (const chunk of child.stdout) {
    output += String(chunk)
    if (output.split('\n').length > atLeast) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  expect(child.signalCode).toBe('SIGKILL')
  return Number(output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1))
}
