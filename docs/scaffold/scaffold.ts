import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Part } from '../../packages/core/src/addresses/manifest.ts'
import { readPackages } from '../lists/read-packages.ts'
import { withLibrary } from './catalog.ts'
import type { Library } from './catalog.ts'

/** A package to be written. */
export interface Plan {
  readonly part: Part
  /** Its folder and its scheme. */
  readonly name: string
  /** What it stands on; it enters the catalog. */
  readonly library?: Library | undefined
}

/** What a part is called, and how one is opened. */
const parts = {
  store: { what: 'Store', title: 'Store', open: 'open{{Name}}Store', from: 'path' },
  index: { what: 'Vector index', title: 'VectorIndex', open: 'open{{Name}}Index', from: 'path' },
  embedder: { what: 'Embedder', title: 'Embedder', open: 'open{{Name}}Embedder', from: 'model' },
} as const satisfies Readonly<Record<Part, object>>

/** Schemes of core's own parts, which need no package. */
const ofCore = ['exact', 'hash', 'memory']
const templates = join(import.meta.dirname, 'templates')

/**
 * Writes a package of which everything builds and nothing works: the folder in packages/, and the library's line in the
 * catalog. Returns the folder. Throws, and writes nothing, for a name that is taken or is none.
 */
export function scaffold(root: string, { part, name, library }: Plan): string {
  checkName(root, name)
  const folder = join(root, 'packages', name)
  write(join(folder, 'package.json'), `${JSON.stringify(packageJson({ part, name, library }), null, 2)}\n`)
  for (const source of [join(templates, 'every'), join(templates, part)]) {
    for (const file of filesOf(source)) {
      const text = readFileSync(join(source, file), 'utf8')
      write(join(folder, file.replace('NAME', name).replace(/\.txt$/, '')), filledIn(text, name))
    }
  }
  if (library !== undefined) {
    const catalog = join(root, 'pnpm-workspace.yaml')
    writeFileSync(catalog, withLibrary(readFileSync(catalog, 'utf8'), library))
  }
  return folder
}

function checkName(root: string, name: string): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length < 2 || name.length > 30) {
    throw new Error(
      `'${name}' is no name: give 2 to 30 small letters, digits and single hyphens, a letter first`,
    )
  }
  const taken = readPackages(root).flatMap(({ folder, manifest }) => [folder, manifest?.alias])
  if (existsSync(join(root, 'packages', name)) || [...taken, ...ofCore].includes(name)) {
    throw new Error(`'${name}' is taken`)
  }
}

function packageJson({ part, name, library }: Plan): object {
  const { what, title, open, from } = parts[part]
  return {
    name: `@agentmem/${name}`,
    version: '0.0.0',
    description: `${what} for agentmem, on ${name}`,
    license: 'MIT',
    files: ['dist', 'src', '!**/*.tsbuildinfo'],
    type: 'module',
    sideEffects: false,
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './package.json': './package.json',
    },
    publishConfig: { access: 'public' },
    dependencies: {
      '@agentmem/core': 'workspace:^',
      ...(library === undefined ? {} : { [library.name]: 'catalog:' }),
    },
    devDependencies: { '@agentmem/conformance': 'workspace:^' },
    engines: { node: '>=22.14' },
    agentmem: {
      part,
      scheme: name,
      open: filledIn(open, name),
      from,
      about: `the ${title} on ${name}`,
      ...(library === undefined ? {} : { libraries: [library.name] }),
    },
  }
}

/** `{{name}}` is the package's name, `{{Name}}` the same as part of an identifier. */
function filledIn(text: string, name: string): string {
  const identifier = name.replaceAll(/(?:^|-)(.)/g, (_all, letter: string) => letter.toUpperCase())
  return text.replaceAll('{{name}}', name).replaceAll('{{Name}}', identifier)
}

/** A template is a text file, so that no tool takes it for code; NAME in the name of a file is the package's. */
function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.txt'))
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
