import { partNames } from '../../packages/core/src/addresses/manifest.ts'
import type { KnownBackend, Part } from '../../packages/core/src/addresses/manifest.ts'
import type { ListedPackage } from './read-packages.ts'

/** What core knows of a backend of this workspace, but how to import it. */
export type ListedBackend = Omit<KnownBackend, 'load'>

/** The backends of a part in this workspace, by scheme. */
export function listedBackends(
  packages: readonly ListedPackage[],
  part: Part,
): Readonly<Record<string, ListedBackend>> {
  return Object.fromEntries(
    packages.flatMap(({ name, manifest }) => {
      if (manifest?.part !== part) return []
      const { scheme, part: _part, libraries: _libraries, server: _server, ...known } = manifest
      return [[scheme, { package: name, ...known }]]
    }),
  )
}

/** What core knows of the backends of this workspace: `packages/core/src/addresses/known-backends.ts`. */
export function backendList(packages: readonly ListedPackage[]): string {
  const lists = (partNames as readonly Part[]).map(part => {
    const backends = Object.entries(listedBackends(packages, part))
    return `  ${part}: {\n${backends.map(([scheme, known]) => entry(scheme, known)).join('')}  },\n`
  })
  return `import type { BackendList } from './manifest.ts'

// Written by \`npm run lists\`, from the manifests of the packages. An import is literal, so that a bundler follows it, and has
// a \`catch\`, so that a bundler that finds no package leaves it at a warning.
/** The backends of this project, by part and scheme. */
export const knownBackends: BackendList = {
${lists.join('')}}

function rethrow(error: unknown): never {
  throw error
}
`
}

const order = ['package', 'open', 'alias', 'from', 'beside', 'models', 'about'] as const

function entry(scheme: string, known: ListedBackend): string {
  const fields = order.flatMap(name =>
    known[name] === undefined ? [] : [`${name}: ${literal(known[name])}`],
  )
  const imported = `load: () => import(${literal(known.package)}).catch(rethrow)`
  const lines = [...fields, imported].map(line => `      ${line},\n`).join('')
  return `    ${/^[a-z]\w*$/.test(scheme) ? scheme : literal(scheme)}: {\n${lines}    },\n`
}

function literal(text: string): string {
  return text.includes("'") ? JSON.stringify(text) : `'${text.replaceAll('\\', '\\\\')}'`
}
