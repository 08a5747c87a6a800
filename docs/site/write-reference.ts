// Writes docs/api out of the docstrings of what the packages export: one page for each entry.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

import { Application } from 'typedoc'

const docs = join(import.meta.dirname, '..')
const out = join(docs, 'api')
const raw = join(docs, '.vitepress/cache/reference')

const app = await Application.bootstrapWithPlugins({ options: join(docs, 'typedoc.json'), out: raw })
const project = await app.convert()
if (!project) throw new Error('TypeDoc could not read the packages.')
rmSync(raw, { recursive: true, force: true })
rmSync(out, { recursive: true, force: true })
await app.generateOutputs(project)

// Pages in a folder of the name dist are passed over by the site.
const pageOf = (file: string): string => file.replace(/\/dist(?=[./])/, '')
const files = readdirSync(raw, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.md'))
for (const file of files) {
  const text = readFileSync(join(raw, file), 'utf8')
  const target = join(out, pageOf(file))
  mkdirSync(dirname(target), { recursive: true })
  const moved = text.replaceAll(/\]\((?!https?:|#)([^)#\s]+\.md)/g, (_, link: string) => {
    const leads = join(out, pageOf(relative(raw, join(raw, dirname(file), link))))
    return `](${relative(dirname(target), leads)}`
  })
  const named = moved.replaceAll(/^# (\w[\w-]*)\/dist(?:\/(\w+))?$/gm, (_, name: string, entry?: string) =>
    entry === undefined ? `# @agentmem/${name}` : `# @agentmem/${name}/${entry}`,
  )
  writeFileSync(target, named)
}
console.log(`${files.length} pages in ${relative(process.cwd(), out)}`)
