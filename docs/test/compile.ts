import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { node } from './command.ts'
import { root } from './workspace.ts'

/**
 * Compiles the .ts files of a folder, and of those below it, as a strict reader would, into its `out`, and returns what tsc has to say,
 * a line each. Compiled, because Node 22 does not know `await using` yet.
 */
export async function compile(folder: string): Promise<string[]> {
  const compilerOptions = {
    strict: true,
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    module: 'nodenext',
    moduleDetection: 'force',
    typeRoots: [join(root, 'node_modules/@types')],
    types: ['node'],
    rootDir: '.',
    outDir: 'out',
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['**/*.ts'] }))
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const { stdout, stderr } = await node(folder, tsc, '--pretty', 'false')
  return (stdout + stderr).split('\n').filter(line => line !== '')
}
