import { execFile } from 'node:child_process'
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { Embedder } from '@agentmem/core'
import type { Mem0Config, Memory, MemoryClient } from '../src/index.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../../..')

/**
 * Installs mem0ai from its lockfile into a folder; no install script runs. It is no dependency of the workspace, since it
 * names forty libraries as peers.
 */
export async function installMem0(folder: string): Promise<void> {
  await cp(join(import.meta.dirname, 'real'), folder, { recursive: true })
  const { packageManager } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    packageManager: string
  }
  const args = ['--yes', packageManager, 'install', '--frozen-lockfile', '--ignore-scripts']
  await run('npx', args, { cwd: folder })
}

/** mem0ai's own Memory on its store in memory, with the vectors of this embedder. Nothing is reported anywhere. */
export async function openMem0(folder: string, embedder: Embedder): Promise<Memory> {
  process.env['MEM0_TELEMETRY'] = 'false'
  const file = pathToFileURL(join(folder, 'node_modules/mem0ai/dist/oss/index.mjs')).href
  const { Memory } = (await import(file)) as { Memory: new (config: object) => Memory }
  const embedDocuments = async (texts: string[]): Promise<number[][]> =>
    (await embedder.embed(texts)).map(vector => [...vector])
  const model = { embedDocuments, embedQuery: async (text: string) => (await embedDocuments([text]))[0] }
  const place = {
    collectionName: 'memories',
    dimension: embedder.dimensions,
    dbPath: join(folder, 'vectors.db'),
  }
  return new Memory({
    embedder: { provider: 'langchain', config: { model } },
    vectorStore: { provider: 'memory', config: place },
    llm: { provider: 'openai', config: { apiKey: 'none' } },
    historyDbPath: join(folder, 'history.db'),
  })
}

/** mem0ai's own client of its service, which it looks for at this address. Nothing is reported anywhere. */
export async function openMem0Client(folder: string, host: string): Promise<MemoryClient> {
  process.env['MEM0_TELEMETRY'] = 'false'
  const file = pathToFileURL(join(folder, 'node_modules/mem0ai/dist/index.mjs')).href
  const { MemoryClient } = (await import(file)) as { MemoryClient: new (config: object) => MemoryClient }
  return new MemoryClient({ apiKey: 'm0-test', host })
}

/** What mem0ai/oss itself makes of a config; its history is in the same folder. */
export async function openMem0Config(folder: string, config: Mem0Config): Promise<Memory> {
  process.env['MEM0_TELEMETRY'] = 'false'
  const file = pathToFileURL(join(folder, 'node_modules/mem0ai/dist/oss/index.mjs')).href
  const { Memory } = (await import(file)) as { Memory: { fromConfig(config: object): Memory } }
  return Memory.fromConfig({ ...config, historyDbPath: join(folder, 'history-of-config.db') })
}
