import { openFastEmbedder } from '@agentmem/fastembed'
import type { FastEmbedderOptions } from '@agentmem/fastembed'
import { execFileSync } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import https from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { Readable } from 'node:stream'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { writeModel } from './fixture/write-model.ts'

const shape = { layers: 1, hidden: 384, heads: 12, feedForward: 64, vocabulary: 1_200, positions: 512 }
const archive = 'fast-all-MiniLM-L6-v2'

afterEach(() => vi.restoreAllMocks())

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmem-download-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Answers in the place of the network; in this process, since a child would use the real one. */
function answerWith(body: () => Readable, headers: Record<string, string> = {}): { urls: string[] } {
  const urls: string[] = []
  vi.spyOn(https, 'get').mockImplementation(((
    url: string,
    _options: object,
    onResponse: (body: Readable) => void,
  ) => {
    urls.push(url)
    setImmediate(() => onResponse(Object.assign(body(), { headers: { 'content-length': '1', ...headers } })))
    return new PassThrough()
  }) as never)
  return { urls }
}

function failWith(error: Error): void {
  vi.spyOn(https, 'get').mockImplementation((() => {
    const request = new PassThrough()
    setImmediate(() => request.emit('error', error))
    return request
  }) as never)
}

/** The archive of a model as fastembed's own are: a folder of its name, packed. */
async function packedModel(): Promise<string> {
  const folder = await emptyFolder()
  await writeModel(join(folder, archive), shape)
  execFileSync('tar', ['-czf', `${archive}.tar.gz`, archive], { cwd: folder })
  return join(folder, `${archive}.tar.gz`)
}

function open(cacheFolder: string, options: FastEmbedderOptions = {}): ReturnType<typeof openFastEmbedder> {
  return openFastEmbedder({ model: 'all-MiniLM-L6-v2', cacheFolder, inProcess: true, ...options })
}

test('a model that is not there is downloaded once, and nothing but its folder is left', async () => {
  const packed = await packedModel()
  const { urls } = answerWith(() => createReadStream(packed))
  const cacheFolder = join(await emptyFolder(), 'not', 'made', 'yet')
  await using first = await open(cacheFolder)
  await using second = await open(cacheFolder)
  expect(await first.embed(['a text'])).toHaveLength(1)
  expect(await second.embed(['a text'])).toEqual(await first.embed(['a text']))
  expect(urls).toEqual([
    'https://storage.googleapis.com/qdrant-fastembed/sentence-transformers-all-MiniLM-L6-v2.tar.gz',
  ])
  expect(await readdir(cacheFolder)).toEqual([archive])
})

test('two that download at the same time both have their model', async () => {
  const packed = await packedModel()
  answerWith(() => createReadStream(packed))
  const cacheFolder = await emptyFolder()
  await using first = await open(cacheFolder)
  await using second = await open(cacheFolder)
  await Promise.all([first.warmUp(), second.warmUp()])
  expect(await second.embed(['a text'])).toEqual(await first.embed(['a text']))
  expect(await readdir(cacheFolder)).toEqual([archive])
})

test('onDownload gets the bytes that have arrived', async () => {
  const packed = await packedModel()
  const stream = new PassThrough()
  answerWith(() => stream)
  const seen: number[] = []
  await using embedder = await open(await emptyFolder(), { onDownload: bytes => seen.push(bytes) })
  const loaded = embedder.warmUp()
  stream.write(Buffer.alloc(0))
  const source = createReadStream(packed)
  const chunks: Buffer[] = []
  for await (const chunk of source) chunks.push(chunk as Buffer)
  const whole = Buffer.concat(chunks)
  stream.write(whole.subarray(0, 100_000))
  await vi.waitFor(() => expect(seen).toContain(100_000), { timeout: 20_000 })
  stream.end(whole.subarray(100_000))
  await loaded
})

test('without a network the error says which files go into which folder', async () => {
  failWith(new Error('getaddrinfo ENOTFOUND storage.googleapis.com'))
  const cacheFolder = await emptyFolder()
  await using embedder = await open(cacheFolder)
  const error: unknown = await embedder.embed(['a text']).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
  const { message } = error as Error
  expect(message).toContain('getaddrinfo ENOTFOUND storage.googleapis.com')
  expect(message).toContain(join(cacheFolder, archive))
  for (const file of [
    'model.onnx',
    'tokenizer.json',
    'config.json',
    'tokenizer_config.json',
    'special_tokens_map.json',
  ]) {
    expect(message).toContain(file)
  }
  expect(await readdir(cacheFolder)).toEqual([])
})

test('an answer that is no archive is not kept, and the next call downloads again', async () => {
  const cacheFolder = await emptyFolder()
  await using embedder = await open(cacheFolder)
  const page = new PassThrough()
  page.end('<html>403 Forbidden</html>')
  answerWith(() => page)
  await expect(embedder.warmUp()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(await readdir(cacheFolder)).toEqual([])
  const packed = await packedModel()
  vi.restoreAllMocks()
  answerWith(() => createReadStream(packed))
  expect(await embedder.embed(['a text'])).toHaveLength(1)
})

test('what a process left that ended amid its download is removed a day later', async () => {
  failWith(new Error('there is no network'))
  const cacheFolder = await emptyFolder()
  for (const name of ['.download-old', '.download-new', 'other']) await mkdir(join(cacheFolder, name))
  const twoDaysAgo = Date.now() / 1_000 - 2 * 86_400
  for (const name of ['.download-old', 'other']) await utimes(join(cacheFolder, name), twoDaysAgo, twoDaysAgo)
  await using embedder = await open(cacheFolder)
  await expect(embedder.warmUp()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect((await readdir(cacheFolder)).toSorted()).toEqual(['.download-new', 'other'])
})

test('files that were put into the folder by hand are used, without a network', async () => {
  failWith(new Error('there is no network'))
  const cacheFolder = await emptyFolder()
  await writeModel(join(cacheFolder, archive), shape)
  await using embedder = await open(cacheFolder, { inProcess: false })
  expect(await embedder.embed(['a text'])).toHaveLength(1)
})

test('a folder that lacks files is an error that names them', async () => {
  const cacheFolder = await emptyFolder()
  await mkdir(join(cacheFolder, archive))
  await writeFile(join(cacheFolder, archive, 'model.onnx'), '')
  await using embedder = await open(cacheFolder)
  await expect(embedder.embed(['a text'])).rejects.toThrow(
    `There is no tokenizer.json, no config.json, no tokenizer_config.json, no special_tokens_map.json in ${join(cacheFolder, archive)}`,
  )
})
