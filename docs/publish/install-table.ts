import { markdownTable } from '../lists/markdown-table.ts'
import type { InstalledAlone } from './install-alone.ts'

/** The table of what each package brings along when it is installed alone. */
export function installTable(all: readonly InstalledAlone[]): string {
  const rows = all.map(({ name, count, bytes, pnpm }) => [
    name,
    String(count),
    `${(bytes / 1e6).toFixed(bytes < 9.95e6 ? 1 : 0)} MB`,
    pnpm.scripts.map(script => `\`${script}\``).join(', ') || 'none',
  ])
  return markdownTable(['package', 'packages', 'size', 'install scripts'], rows)
}
