import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pnpm, succeeded } from '../test/command.ts'
import { packages, root } from '../test/workspace.ts'

/** Packs every published package into a folder; the tarballs by the name of their package. */
export async function packAll(folder: string): Promise<Map<string, string>> {
  await mkdir(folder, { recursive: true })
  const filters = packages.map(({ manifest }) => `--filter=${manifest.name}`)
  await succeeded(pnpm(root, '--recursive', ...filters, 'pack', '--pack-destination', folder))
  const files = await readdir(folder)
  return new Map(
    packages.map(({ manifest: { name, version } }) => {
      const file = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`
      if (!files.includes(file)) throw new Error(`${name} was not packed: there is ${files.join(', ')}`)
      return [name, join(folder, file)]
    }),
  )
}
