import { execFile } from 'node:child_process'
import { cp, mkdir, realpath, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { freshFolder } from './fresh-folder.ts'

/** A package whose library is not installed as it should be. */
export interface BrokenInstall {
  /** The folder of the package, which is built. */
  readonly root: string
  /** Such as 'hnsw': the package is '@agentmem/hnsw'. */
  readonly name: string
  /** The library that it stands on. */
  readonly library: string
  /** What is left out of the library: paths in its folder, which begin with a slash. */
  readonly leaveOut: RegExp
  /** Packages that the library needs, as far as they are there. */
  readonly beside: readonly string[]
  /** The function that opens. */
  readonly open: string
  readonly options: object
}

/** Opens in a process that has such an install: resolves to the code and the message of the error. */
export async function openWithout(install: BrokenInstall): Promise<{ code: string; message: string }> {
  const { root, name, library, leaveOut, beside, open, options } = install
  await using folder = await freshFolder()
  const modules = folder.file('node_modules')
  const installed = await realpath(join(root, 'node_modules', library))
  await mkdir(join(modules, '@agentmem'), { recursive: true })
  await copy(root, join(modules, '@agentmem', name), /node_modules|test/)
  await copy(installed, join(modules, library), leaveOut)
  await symlink(
    await realpath(join(root, 'node_modules', '@agentmem', 'core')),
    join(modules, '@agentmem', 'core'),
  )
  for (const other of beside) {
    const found = await realpath(join(dirname(installed), other)).catch(() => undefined)
    if (found !== undefined) await symlink(found, join(modules, other))
  }
  const script = `
    import { ${open} } from '@agentmem/${name}'
    const opening = ${open}(${JSON.stringify(options)})
    await opening.catch(({ code, message }) => console.log(JSON.stringify({ code, message })))
  `
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: folder.path,
    timeout: 20_000,
  })
  return JSON.parse(stdout) as { code: string; message: string }
}

async function copy(from: string, to: string, leaveOut: RegExp): Promise<void> {
  await cp(from, to, { recursive: true, filter: source => !leaveOut.test(source.slice(from.length)) })
}
