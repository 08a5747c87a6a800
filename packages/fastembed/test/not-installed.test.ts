import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { tinyModelOfThisTest } from './tiny-model.ts'

const root = join(import.meta.dirname, '..')

/** Opens an embedder, embeds a text, and prints the code and the message of the error. */
const script = `
  import { openFastEmbedder } from '@agentmem/fastembed'
  const [modelFolder, inProcess] = process.argv.slice(-2)
  const embedder = await openFastEmbedder({ model: 'tiny', modelFolder, inProcess: inProcess === 'true' })
  await embedder.embed(['a text']).catch(error => console.log(error.code, error.message))
`

test.each([false, true])(
  'without the package fastembed: NOT_INSTALLED, in this process: %s',
  async inProcess => {
    const project = await mkdtemp(join(tmpdir(), 'agentmem-bare-'))
    onTestFinished(() => rm(project, { recursive: true }))
    const scope = join(project, 'node_modules/@agentmem')
    await mkdir(join(scope, 'fastembed'), { recursive: true })
    await cp(join(root, 'dist'), join(scope, 'fastembed/dist'), { recursive: true })
    await cp(join(root, 'package.json'), join(scope, 'fastembed/package.json'))
    await symlink(join(root, '../core'), join(scope, 'core'), 'dir')
    const folder = await tinyModelOfThisTest()
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', script, folder, String(inProcess)],
      { cwd: project },
    )
    expect(stdout).toMatch(
      /^NOT_INSTALLED fastembed cannot be loaded \(Cannot find .*\)\. Run: `pnpm add fastembed`/,
    )
  },
)
