// Builds the site of the documents into docs/.vitepress/dist: reference, pages, and llms.txt. Dead links fail it.
//
//   npm run site            builds it
//   npm run site -- serve   builds it, and serves it on this machine

import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { llmsText } from './llms-text.ts'

const docs = join(import.meta.dirname, '..')

function run(program: string, ...args: string[]): void {
  const { status } = spawnSync(process.execPath, [program, ...args], { cwd: docs, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

const vitepress = join(docs, 'node_modules/vitepress/bin/vitepress.js')
run(join(import.meta.dirname, 'write-reference.ts'))
run(vitepress, 'build', '.')
writeFileSync(join(docs, '.vitepress/dist/llms.txt'), llmsText(join(docs, '..')))
console.log('The site is in docs/.vitepress/dist')
if (process.argv[2] === 'serve') run(vitepress, 'preview', '.')
