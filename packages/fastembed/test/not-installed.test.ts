import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { shapes } from './fixture/write-model.ts'
import { tinyModelOfThisTest } from './tiny-model.ts'

const root = join(import.meta.dirname, '..')

/** A project where this package is installed without its dependencies. */
async function bareProject(): Promise<string> {
  const project = await mkdtemp(join(tmpdir(), 'agentmem-bare-'))
  onTestFinished(() => rm(project, { recursive: true }))
  const scope = join(project, 'node_modules/@agentmem')
  await mkdir(join(scope, 'fastembed'), { recursive: true })
  await cp(join(root, 'dist'), join(scope, 'fastembed/dist'), { recursive: true })
  await cp(join(root, 'package.json'), join(scope, 'fastembed/package.json'))
  await symlink(join(root, '../core'), join(scope, 'core'), 'dir')
  return project
}

/** Runs a script in such a project; it prints the code and the message of the error. */
async function run(script: string, ...args: string[]): Promise<string> {
  const command = ['--input-type=module', '--eval', script, ...args]
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: await bareProject() })
  return stdout
}

test.each([false, true])(
  'without the package fastembed: NOT_INSTALLED, in this process: %s',
  async inProcess => {
    const script = `
      import { openFastEmbedder } from '@agentmem/fastembed'
      const [modelFolder, inProcess] = process.argv.slice(-2)
      const embedder = await openFastEmbedder({ model: 'tiny', modelFolder, inProcess: inProcess === 'true' })
      await embedder.embed(['a text']).catch(error => console.log(error.code, error.message))
    `
    expect(await run(script, await tinyModelOfThisTest(), String(inProcess))).toMatch(
      /^NOT_INSTALLED fastembed cannot be loaded \(Cannot find .*\)\. Run: `pnpm add fastembed`/,
    )
  },
)

test('without the package onnxruntime-node a reranker is NOT_INSTALLED', async () => {
  const script = `
    import { openCrossEncoder } from '@agentmem/fastembed'
    const reranker = await openCrossEncoder({ model: 'tiny', modelFolder: process.argv.at(-1) })
    await reranker.rerank('tea', ['a text']).catch(error => console.log(error.code, error.message))
  `
  expect(await run(script, await tinyModelOfThisTest(shapes.reranker))).toMatch(
    /^NOT_INSTALLED onnxruntime-node cannot be loaded \(Cannot find .*\)\. Run: `pnpm add onnxruntime-node`/,
  )
})
