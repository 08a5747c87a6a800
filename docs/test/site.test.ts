import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { documents, packageFolders } from '../site/documents.ts'
import { node, succeeded } from './command.ts'
import { root } from './workspace.ts'

const dist = join(root, 'docs/.vitepress/dist')
const page = (name: string): string => readFileSync(join(dist, `${name}.html`), 'utf8')
const folders = packageFolders(root)

describe('the site', { timeout: 600_000 }, () => {
  // A link to a page that is not there fails the build.
  beforeAll(async () => {
    await succeeded(node(root, 'docs/site/build-site.ts'))
  }, 600_000)

  test('has its first page, and each document', () => {
    expect(page('index')).toContain('Memory for AI agents')
    for (const name of documents) expect(page(`docs/${name}`)).toContain('<h1')
  })

  test('has a page for each package, and a reference made of its docstrings', () => {
    for (const name of folders) expect(page(`packages/${name}/README`)).toContain(`@agentmem/${name}`)
    expect(page('docs/api/core')).toContain('addBatch')
    expect(page('docs/api/core/adapter')).toContain('VectorIndex')
  })

  test('leads to no file of the repository that is no page', () => {
    expect(page('docs/recipes')).not.toMatch(/href="[^"]*\.ts"/)
  })

  test('tells a language model where everything stands', () => {
    const text = readFileSync(join(dist, 'llms.txt'), 'utf8')
    expect(text).toMatch(/^# agentmem\n\n> \S/)
    expect(text).toContain('- [Tutorial](/docs/tutorial): Five minutes: a memory that keeps what is said')
    for (const name of folders) expect(text).toContain(`](/packages/${name}/README)`)
  })
})
