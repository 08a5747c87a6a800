import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { documents, packageFolders } from './documents.ts'

/** What a language model reads first of a site, as https://llmstxt.org has it: what this is, and where the rest stands. */
export function llmsText(root: string): string {
  const { description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    description: string
  }
  return `# agentmem

> ${description}

## Documents

${documents.map(name => linkOf(root, `docs/${name}`)).join('\n')}

## Packages

${packageFolders(root)
  .map(name => linkOf(root, `packages/${name}/README`))
  .join('\n')}
`
}

/** A page by its heading and the first sentence under it. */
function linkOf(root: string, page: string): string {
  const text = readFileSync(join(root, `${page}.md`), 'utf8')
  const [heading = '', ...rest] = text.split('\n').filter(line => line !== '')
  const paragraph = rest.find(line => /^[A-Z`*]/.test(line)) ?? ''
  const [sentence = ''] = paragraph.split(/(?<=\.) /)
  return `- [${heading.replace(/^# /, '')}](/${page}): ${sentence.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')}`
}
