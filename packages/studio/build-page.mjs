// @ts-check
// Bundles the page that the studio serves into dist/page: part of `npm run build`. Nothing of it is loaded from elsewhere.
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

const from = join(import.meta.dirname, 'page')
const to = join(import.meta.dirname, 'dist/page')

await mkdir(to, { recursive: true })
await build({
  entryPoints: [join(from, 'main.tsx')],
  outfile: join(to, 'page.mjs'),
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: ['es2023', 'chrome120', 'firefox121', 'safari17'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'inline',
  logLevel: 'warning',
})
await build({
  entryPoints: [join(from, 'page.css')],
  outfile: join(to, 'page.css'),
  bundle: true,
  minify: true,
  logLevel: 'warning',
})
for (const file of ['index.html', 'icon.svg']) await cp(join(from, file), join(to, file))
await writeFile(join(to, 'licenses.txt'), await licences(['preact', '@preact/signals', 'diff']))

/**
 * What the libraries in the bundle ask to be handed on.
 * @param {readonly string[]} names
 */
async function licences(names) {
  const texts = names.map(async name => {
    const file = join(import.meta.dirname, 'node_modules', name, 'LICENSE')
    return `${name}\n\n${await readFile(file, 'utf8')}`
  })
  return (await Promise.all(texts)).join('\n\n')
}
