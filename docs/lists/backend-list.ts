import type { BackendList, KnownBackend } from '../../packages/cli/src/backends/known-backends.ts'
import type { Part } from '../../packages/cli/src/backends/manifest.ts'
import type { ListedPackage } from './read-packages.ts'

/** What the command line knows of the backends of this workspace: `packages/cli/backends.json`. */
export function backendList(packages: readonly ListedPackage[]): BackendList {
  const ofPart = (part: Part): Record<string, KnownBackend> =>
    Object.fromEntries(
      packages.flatMap(({ name, manifest, bundled }) => {
        if (manifest?.part !== part) return []
        const { scheme, alias, from, beside, about } = manifest
        const known: KnownBackend = {
          package: name,
          ...(alias === undefined ? {} : { alias }),
          from,
          ...(beside === undefined ? {} : { beside }),
          about,
          ...(bundled ? { bundled } : {}),
        }
        return [[scheme, known]]
      }),
    )
  return { store: ofPart('store'), index: ofPart('index'), embedder: ofPart('embedder') }
}
