// Runs the tests of the packages that use a server once for each image of it: node matrix.ts [postgres] [mysql] [redis]
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { startContainer } from './src/container.ts'
import type { ServerKind } from './src/server.ts'
import { mysql } from './src/start-mysql.ts'
import { postgres } from './src/start-postgres.ts'
import { redis } from './src/start-redis.ts'
import { urlVariable } from './src/start-server.ts'

const root = join(import.meta.dirname, '..')
const projects: readonly (readonly [ServerKind, ...string[]])[] = [
  [postgres, 'postgres', 'pgvector'],
  [mysql, 'mysql'],
  [redis, 'redis'],
]

const asked = process.argv.slice(2)
const unknown = asked.filter(name => !projects.some(([kind]) => kind.name === name))
if (unknown.length > 0) throw new Error(`There is no server '${unknown.join("', '")}'.`)

const outcomes: string[] = []
for (const [kind, ...packages] of projects) {
  if (asked.length > 0 && !asked.includes(kind.name)) continue
  for (const image of kind.images) {
    const server = await startContainer(kind, { image })
    if (typeof server === 'string') throw new Error(`The images need a Docker engine: ${server}.`)
    const filters = packages.flatMap(name => ['--project', `@agentmem/${name}`])
    const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--testTimeout=60000', ...filters]
    const env = { ...process.env, [urlVariable(kind)]: server.url, AGENTMEM_REQUIRE: kind.name }
    const { status } = spawnSync(process.execPath, vitest, { cwd: root, env, stdio: 'inherit' })
    await server.stop()
    outcomes.push(`${status === 0 ? 'passed' : 'FAILED'}  ${image}  (${server.version})`)
    if (status !== 0) process.exitCode = 1
  }
}
console.log(outcomes.join('\n'))
