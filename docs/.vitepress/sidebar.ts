import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { DefaultTheme } from 'vitepress'

import { packageFolders } from '../site/documents.ts'

type Item = DefaultTheme.SidebarItem

const item = (text: string, link: string): Item => ({ text, link })

/** Doors lead to a memory from a framework; the other packages are its parts. */
const doors = new Set(['ai-sdk', 'langgraph', 'mastra', 'mcp', 'mem0', 'openai-agents'])

/** What there is to read, in the order of a reader. */
export function sidebar(root: string): Item[] {
  const packages = packageFolders(root)
  const readme = (name: string): Item => {
    const [heading = name] = readFileSync(join(root, 'packages', name, 'README.md'), 'utf8').split('\n')
    return item(heading.replace(/^# /, ''), `/packages/${name}/README`)
  }
  const reference = (name: string): Item => item(`@agentmem/${name}`, `/docs/api/${name}`)
  return [
    {
      text: 'Start',
      items: [
        item('Tutorial', '/docs/tutorial'),
        item('Pick your parts', '/docs/pick-your-parts'),
        item('Recipes', '/docs/recipes'),
      ],
    },
    {
      text: 'Use',
      items: [
        item('Guide', '/docs/guide'),
        item('Memories made of conversations', '/docs/guide#make-memories-of-conversations'),
        item('Operations', '/docs/operations'),
        item('Guarantees', '/docs/guarantees'),
        item('Security', '/docs/security'),
        item('How it compares', '/docs/compare'),
        item('Coming from mem0', '/docs/coming-from-mem0'),
      ],
    },
    { text: 'Doors', collapsed: false, items: packages.filter(name => doors.has(name)).map(readme) },
    { text: 'Packages', collapsed: true, items: packages.filter(name => !doors.has(name)).map(readme) },
    {
      text: 'Reference',
      collapsed: true,
      items: packages.filter(name => !['cli', 'studio'].includes(name)).map(reference),
    },
    {
      text: 'Contribute',
      collapsed: true,
      items: [
        item('Contributing', '/CONTRIBUTING'),
        item('Contracts', '/docs/contracts'),
        item('Adding a backend', '/docs/adding-a-backend'),
        item('Benchmarks', '/benchmarks/README'),
      ],
    },
  ]
}
