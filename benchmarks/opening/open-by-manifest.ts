import { join } from 'node:path'

import { importWorkspacePackage } from './import-workspace-package.ts'
import { urlOf } from './place.ts'
import type { Place } from './place.ts'
import type { BackendManifest } from './read-manifests.ts'

/** Opens a backend at a place, by the function that its manifest names. `options` go beside its address. */
export async function openByManifest<Part>(
  manifest: BackendManifest,
  place: Place,
  options: object,
): Promise<Part> {
  const open = await importWorkspacePackage<(options: object) => Promise<Part>>(
    manifest.package,
    manifest.open,
  )
  return open({ ...addressOf(manifest, place), ...options })
}

function addressOf({ scheme, part, from, server }: BackendManifest, place: Place): object {
  const path = join(place.folder, `${scheme}.${part}`)
  switch (from) {
    case 'path':
    case 'path-or-uri':
      return { path }
    case 'file-url':
      return { url: `file:${path}` }
    case 'url':
      if (server === undefined) throw new Error(`The manifest of ${scheme} names no server.`)
      return { url: urlOf(place, server) }
    case 'model':
      break
  }
  return {}
}
