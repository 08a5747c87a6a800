import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { Embedder } from '@agentmem/core'
import type { Mem0Config, Memory, MemoryClient } from '../src/index.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../../..')
const place = join(import.meta.dirname, 'real')

/**
 * Installs mem0ai from its lockfile into a folder beside this file; no install script runs. It is no dependency of the
 * workspace, since it names forty libraries as peers.
 */
export async function installMem0(): Promise<void> {
  const { packageManager } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    packageManager: string
  }
  const args = [
    '--yes',
    packageManager,
    'install',
    '--frozen-lockfile',
    '--ignore-scripts',
    '--prefer-offline',
  ]
  await run('npx', args, { cwd: place })
}

/** What a file of mem0ai exports. Nothing is reported anywhere. */
async function importMem0ai(file: string): Promise<unknown> {
  process.env['MEM0_TELEMETRY'] = 'false'
  return import(pathToFileURL(join(place, 'node_modules/mem0ai/dist', file)).href)
}

/** mem0ai's own Memory on its store in memory, with the vectors of this embedder; its files are in the folder. */
export async function openMem0(folder: string, embedder: Embedder): Promise<Memory> {
  const { Memory } = (await importMem0ai('oss/index.mjs')) as { Memory: new (config: object) => Memory }
  const embedDocuments = async (texts: string[]): Promise<number[][]> =>
    (await embedder.embed(texts)).map(vector => [...vector])
  const model = { embedDocuments, embedQuery: async (text: string) => (await embedDocuments([text]))[0] }
  const collection = {
    collectionName: 'memories',
    dimension: embedder.dimensions,
    dbPath: join(folder, 'vectors.db'),
  }
  return new Memory({
    embedder: { provider: 'langchain', config: { model } },
    vectorStore: { provider: 'memory', config: collection },
    llm: { provider: 'openai', config: { apiKey: 'none' } },
    historyDbPath: join(folder, 'history.db'),
  })
}

/** mem0ai's own client of its service, which it looks for at this address. */
export async function openMem0Client(host: string): Promise<MemoryClient> {
  const { MemoryClient } = (await importMem0ai('index.mjs')) as {
    MemoryClient: new (config: object) => MemoryClient
  }
  return new MemoryClient({ apiKey: 'm0-test', host })
}

/** What mem0ai/oss itself makes of a config; its history is in the folder. */
export async function openMem0Config(folder: string, config: Mem0Config): Promise<Memory> {
  const { Memory } = (await importMem0ai('oss/index.mjs')) as {
    Memory: { fromConfig(config: object): Memory }
  }
  return Memory.fromConfig({ ...config, historyDbPath: join(folder, 'history-of-config.db') })
}
