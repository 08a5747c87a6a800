import { existsSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

import type { MarkdownRenderer } from 'vitepress'

type CoreState = Parameters<Parameters<MarkdownRenderer['core']['ruler']['push']>[1]>[0]
type Token = CoreState['tokens'][number]

/** Pages are the documents that the site builds; the first page stands for the README, and a folder for its own. */
const isPage = (file: string): boolean => file.endsWith('.md') && !file.includes('/benchmarks/results/')

/** Makes the links of the repository's documents links of the site, and takes comments out. */
export function pageLinks(markdown: MarkdownRenderer, root: string, repository: string | undefined): void {
  markdown.core.ruler.before('normalize', 'no-comments', state => {
    state.src = state.src.replaceAll(/<!--.*?-->\n?/gs, '')
  })
  markdown.core.ruler.push('page-links', state => {
    const from = dirname((state.env as { path?: string }).path ?? root)
    for (const { children } of state.tokens) {
      for (const [i, token] of (children ?? []).entries()) {
        if (token.type !== 'link_open') continue
        const href = hrefOf(token.attrGet('href') ?? '', from, root, repository)
        if (href !== undefined) token.attrSet('href', href)
        else unlink(children ?? [], i)
      }
    }
  })
}

/** Undefined where there is nothing to lead to. */
function hrefOf(
  href: string,
  from: string,
  root: string,
  repository: string | undefined,
): string | undefined {
  if (/^([a-z]+:|#|\/)/.test(href)) return href
  const [path = '', anchor] = href.split('#')
  const file = join(from, decodeURI(path))
  // A link that leads nowhere is left as it is, so that the build fails.
  if (!existsSync(file)) return href
  const suffix = anchor === undefined ? '' : `#${anchor}`
  const own = relative(root, file)
  if (own === 'README.md' || own === '') return `/${suffix}`
  if (statSync(file).isDirectory() && existsSync(join(file, 'README.md'))) return `/${own}/README${suffix}`
  if (isPage(file)) return href
  return repository === undefined ? undefined : `${repository}/blob/main/${own}${suffix}`
}

function unlink(tokens: readonly Token[], opening: number): void {
  const closing = tokens.findIndex((token, i) => i > opening && token.type === 'link_close')
  for (const token of [tokens[opening], tokens[closing]]) {
    if (!token) continue
    token.type = 'text'
    token.content = ''
    token.nesting = 0
  }
}
