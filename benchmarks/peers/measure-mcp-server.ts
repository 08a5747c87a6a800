import { sampleTexts } from '../scenarios/sample-texts.ts'
import { openMcpServer } from './mcp-server.ts'

/** Milliseconds of each call, and how many of the asked memories were among the answers. */
export interface McpTimes {
  readonly write: readonly number[]
  readonly batch: readonly number[]
  readonly search: readonly number[]
  readonly asWritten: number
  readonly reordered: number
  readonly asked: number
}

/** Fills a server with `memories` texts by calls of 100, then writes and searches. The folder must be empty. */
export async function measureMcpServer(
  name: string,
  folder: string,
  { memories, calls }: { memories: number; calls: number },
): Promise<McpTimes> {
  const server = await openMcpServer(name, folder)
  const texts = sampleTexts(0, memories + calls)
  const times = { write: [] as number[], batch: [] as number[], search: [] as number[] }
  const timed = async <T>(into: number[], call: () => Promise<T>): Promise<T> => {
    const start = performance.now()
    const result = await call()
    into.push(performance.now() - start)
    return result
  }
  let asWritten = 0
  let reordered = 0
  try {
    for (let i = 0; i < memories; i += 100) {
      await timed(times.batch, () => server.add(texts.slice(i, Math.min(i + 100, memories))))
    }
    for (const text of texts.slice(memories)) await timed(times.write, () => server.add([text]))
    for (let i = 0; i < calls; i++) {
      const text = texts[Math.floor((i * memories) / calls)] ?? ''
      if ((await timed(times.search, () => server.search(text))).includes(text)) asWritten++
      const words = text.split(' ').toReversed().join(' ')
      if ((await server.search(words)).includes(text)) reordered++
    }
  } finally {
    await server.close()
  }
  return { ...times, asWritten, reordered, asked: calls }
}

/** How many of 40 texts are found after two processes on one folder have written 20 each at once. */
export async function countAfterTwoProcesses(name: string, folder: string): Promise<number> {
  const texts = sampleTexts(0, 40)
  const servers = await Promise.all([0, 1].map(() => openMcpServer(name, folder)))
  try {
    await Promise.all(texts.map(async (text, i) => servers[i % 2]?.add([text])))
  } finally {
    await Promise.all(servers.map(server => server.close()))
  }
  return countFound(name, folder, texts)
}

/** How many of `writes` acknowledged texts are found when the process was killed while it wrote the next one. */
export async function countAfterKill(name: string, folder: string, writes: number): Promise<number> {
  const texts = sampleTexts(0, writes + 1)
  const server = await openMcpServer(name, folder)
  const acknowledged = texts.slice(0, writes)
  for (const text of acknowledged) await server.add([text])
  const interrupted = server.add(texts.slice(writes)).catch(() => undefined)
  server.kill()
  await server.close()
  await interrupted
  return countFound(name, folder, acknowledged)
}

async function countFound(name: string, folder: string, texts: readonly string[]): Promise<number> {
  const server = await openMcpServer(name, folder)
  let found = 0
  try {
    for (const text of texts) if ((await server.search(text)).includes(text)) found++
  } finally {
    await server.close()
  }
  return found
}
