import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'

import { defineConfig } from 'vitepress'

import { pageLinks } from './page-links.ts'
import { sidebar } from './sidebar.ts'

const fromVitepress = createRequire(createRequire(import.meta.url).resolve('vitepress/package.json')).resolve
const root = resolve(import.meta.dirname, '../..')
const { homepage } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { homepage?: string }

/** Pages whose tables have many columns. */
const wide = new Set(['docs/compare.md', 'docs/guarantees.md'])

/**
 * The documents of the repository as a site: they are read where they lie, so that each link works in a clone and here. A link to
 * what is no page, such as an example's source, leads to the repository where its address is known, and is plain text elsewhere.
 */
export default defineConfig({
  title: 'agentmem',
  description: 'Memory for AI agents in TypeScript',
  lang: 'en',
  srcDir: '..',
  outDir: './.vitepress/dist',
  cacheDir: './.vitepress/cache',
  srcExclude: [
    '**/node_modules/**',
    '**/CHANGELOG.md',
    '.changeset/**',
    '.github/**',
    'benchmarks/results/**',
    'docs/scaffold/**',
    'README.md',
  ],
  rewrites: { 'docs/index.md': 'index.md' },
  cleanUrls: true,
  markdown: {
    config: markdown => {
      // Angle brackets and braces of the documents are text, never components of the page.
      markdown.set({ html: false })
      pageLinks(markdown, root, homepage)
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Tutorial', link: '/docs/tutorial' },
      { text: 'Guide', link: '/docs/guide' },
      { text: 'Pick your parts', link: '/docs/pick-your-parts' },
      { text: 'Reference', link: '/docs/api/core' },
    ],
    sidebar: sidebar(root),
    outline: { level: [2, 3] },
    ...(homepage === undefined ? {} : { socialLinks: [{ icon: 'github' as const, link: homepage }] }),
  },
  transformPageData: page => ({
    title: page.title || relative(root, join(root, dirname(page.filePath))),
    ...(wide.has(page.filePath) && { frontmatter: { ...page.frontmatter, aside: false, pageClass: 'wide' } }),
  }),
  vite: {
    build: { chunkSizeWarningLimit: 2_000 },
    // Documents lie all over the repository, and Vue is among what the site's own folder has.
    resolve: {
      alias: [
        { find: /^vue$/, replacement: fromVitepress('vue/dist/vue.runtime.esm-bundler.js') },
        { find: /^vue\/server-renderer$/, replacement: fromVitepress('vue/server-renderer') },
      ],
    },
  },
  ignoreDeadLinks: false,
  buildEnd: () => {
    if (!existsSync(join(import.meta.dirname, 'dist/index.html')))
      throw new Error('The site has no first page.')
  },
})
