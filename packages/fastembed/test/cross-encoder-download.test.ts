import { openCrossEncoder } from '@agentmem/fastembed'
import type { CrossEncoder, CrossEncoderOptions } from '@agentmem/fastembed'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { shapes } from './fixture/write-model.ts'
import { tinyModelOfThisTest } from './tiny-model.ts'

const name = 'ms-marco-MiniLM-L-6-v2'
const base = '/Xenova/ms-marco-MiniLM-L-6-v2/resolve/main'

type Answer = (path: string, outgoing: ServerResponse, model: string) => Promise<void>

const giveFile: Answer = async (path, outgoing, model) => {
  outgoing.end(await readFile(join(model, path.split('/').at(-1) ?? '')))
}

/** A mirror of the place that models come from. */
async function mirror(answer: Answer = giveFile): Promise<{ url: string; paths: string[] }> {
  const model = await tinyModelOfThisTest(shapes.reranker)
  const paths: string[] = []
  const server = createServer(({ url = '' }, outgoing) => {
    paths.push(url)
    void answer(url, outgoing, model)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths }
}

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmem-download-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function open(options: CrossEncoderOptions): Promise<CrossEncoder> {
  const reranker = await openCrossEncoder(options)
  onTestFinished(() => reranker.close())
  return reranker
}

test('a model that is not there is downloaded once, and nothing but its folder is left', async () => {
  const { url: downloadUrl, paths } = await mirror()
  const cacheFolder = join(await emptyFolder(), 'not', 'made', 'yet')
  const first = await open({ cacheFolder, downloadUrl: `${downloadUrl}/` })
  const scores = await first.rerank('tea', ['a text'])
  const second = await open({ cacheFolder, downloadUrl })
  expect(await second.rerank('tea', ['a text'])).toEqual(scores)
  expect(paths).toEqual([`${base}/tokenizer.json`, `${base}/onnx/model.onnx`])
  expect(await readdir(cacheFolder)).toEqual([name])
  expect((await readdir(join(cacheFolder, name))).toSorted()).toEqual(['model.onnx', 'tokenizer.json'])
})

test('onDownload gets the bytes that have arrived', async () => {
  const seen: number[] = []
  const some = Promise.withResolvers<void>()
  const { url: downloadUrl } = await mirror(async (path, outgoing, model) => {
    const bytes = await readFile(join(model, path.split('/').at(-1) ?? ''))
    if (path.endsWith('.onnx')) {
      outgoing.write(bytes.subarray(0, 1_000))
      await some.promise
      outgoing.end(bytes.subarray(1_000))
    } else outgoing.end(bytes)
  })
  const onDownload = (bytes: number): void => {
    seen.push(bytes)
    if (bytes > 1_000) some.resolve()
  }
  const reranker = await open({ cacheFolder: await emptyFolder(), downloadUrl, onDownload })
  await reranker.warmUp()
  expect(seen.at(-1)).toBeGreaterThan(1_000)
})

test('when nobody answers the error says which files go into which folder', async () => {
  const cacheFolder = await emptyFolder()
  const reranker = await open({ cacheFolder, downloadUrl: 'http://127.0.0.1:1' })
  const error: unknown = await reranker.rerank('tea', ['a text']).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
  for (const part of [
    join(cacheFolder, name),
    'http://127.0.0.1:1/Xenova/ms-marco-MiniLM-L-6-v2/resolve/main/onnx/model.onnx there as model.onnx',
    'tokenizer.json there as tokenizer.json',
  ]) {
    expect((error as Error).message).toContain(part)
  }
  expect(await readdir(cacheFolder)).toEqual([])
})

test.each<[string, Answer, RegExp]>([
  [
    'a refusal',
    async (_path, outgoing) => void outgoing.writeHead(404).end('no such model'),
    /tokenizer\.json answered 404/,
  ],
  [
    'a page in place of a file',
    async (_path, outgoing) => void outgoing.end('<html>'),
    /cannot be downloaded/,
  ],
  [
    'an answer that breaks off',
    async (_path, outgoing) => {
      outgoing.writeHead(200, { 'content-length': 1_000 }).write('{')
      setImmediate(() => outgoing.destroy())
    },
    /cannot be downloaded/,
  ],
])('after %s nothing is kept, and the next call downloads again', async (_what, wrong, message) => {
  let isWrong = true
  const { url: downloadUrl } = await mirror((...call) => (isWrong ? wrong(...call) : giveFile(...call)))
  const cacheFolder = await emptyFolder()
  const reranker = await open({ cacheFolder, downloadUrl })
  await expect(reranker.rerank('tea', ['a text'])).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringMatching(message) as string,
  })
  expect(await readdir(cacheFolder)).toEqual([])
  isWrong = false
  expect(await reranker.rerank('tea', ['a text'])).toHaveLength(1)
})

test('a folder that lacks files is an error that names them', async () => {
  const cacheFolder = await emptyFolder()
  await mkdir(join(cacheFolder, name))
  await writeFile(join(cacheFolder, name, 'model.onnx'), '')
  const reranker = await open({ cacheFolder, downloadUrl: 'http://127.0.0.1:1' })
  await expect(reranker.rerank('tea', ['a text'])).rejects.toMatchObject({
    code: 'BACKEND',
    message: expect.stringContaining(`There is no tokenizer.json in ${join(cacheFolder, name)}`) as string,
  })
})
