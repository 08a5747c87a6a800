import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './workspace.ts'

/** Something that an entry point of core exports, or a member of it. */
export interface Documented {
  /** Such as 'Memory', or 'Memory.add'. */
  readonly name: string
  readonly kind: 'class' | 'interface' | 'type' | 'const' | 'function' | 'method' | 'property'
  readonly isOptional: boolean
  /** Whether a program calls it itself: a function, or a method of a class. */
  readonly isCall: boolean
  /** The text of its docstring; undefined for none. */
  readonly doc: string | undefined
}

/** A declaration, and where its head says that more of it stands. */
interface Declared extends Documented {
  readonly parent?: string | undefined
  readonly contract?: string | undefined
}

const dist = join(root, 'packages/core/dist')

/**
 * All that an entry point of core exports, each followed by its members, as the compiled types have it. A class has the
 * members of the class that it extends as well. What a contract documents is not documented again by a class that keeps it.
 */
export function publicFace(entry: string): Documented[] {
  const exported = [...textOf(entry).matchAll(/^export (?:type )?(\*|\{[^}]*\}) from '(.+?)';$/gms)]
  return exported.flatMap(([, what = '', file = '']) => {
    const names = what === '*' ? undefined : what.replaceAll(/[{}\s]|\btype\b/g, '').split(',')
    return namedIn(file, names)
  })
}

function namedIn(file: string, names: readonly string[] | undefined): Documented[] {
  const all = declarationsOf(file)
  return all
    .filter(({ name }) => names?.includes(ownerOf(name)) ?? true)
    .flatMap(entry => {
      const { parent } = entry
      return parent === undefined ? entry : [entry, ...inherited(file, parent, entry.name)]
    })
    .filter(({ name, contract }) => contract === undefined || !isOfContract(contract, name))
}

/** The members of a class that another extends, under the name of that. */
function inherited(file: string, parent: string, name: string): Declared[] {
  const from = new RegExp(`\\b${parent}\\b.*from '(.+?)'`).exec(textOf(file))?.[1]
  if (from === undefined) return []
  const all = declarationsOf(from)
  const members = all.filter(entry => entry.name.startsWith(`${parent}.`))
  const next = all.find(entry => entry.name === parent)?.parent
  const own = members.map(entry => ({ ...entry, name: entry.name.replace(parent, name) }))
  return next === undefined ? own : [...own, ...inherited(from, next, name)]
}

function isOfContract(contract: string, name: string): boolean {
  const files = ['store', 'store-commit', 'staging', 'vector-index', 'embedder', 'reranker', 'extractor']
  const member = name.split('.')[1]
  if (member === undefined) return false
  return files.some(file =>
    declarationsOf(`./contracts/${file}.ts`).some(
      entry => entry.name.endsWith(`.${member}`) && entry.doc !== undefined && contract !== '',
    ),
  )
}

const ownerOf = (name: string): string => name.split('.')[0] ?? ''

function textOf(file: string): string {
  return readFileSync(join(dist, file.replace(/\.ts$/, '.d.ts')), 'utf8')
}

const declaration =
  /^export (?:declare )?(?:abstract )?(class|interface|type|const|function) (\w+)(?:<.*?>)?(?: extends (\w+))?/
const keeps = / implements (?:\w+\.)?(\w+)/
const member = /^ {4}(?:static |readonly |get )*(\[?[\w.'-]+\]?|\[[^\]]+\])(\?)?(?:<.*?>)?([(:])/

function declarationsOf(file: string): Declared[] {
  const found: Declared[] = []
  let doc: string[] | undefined
  let within: (Pick<Declared, 'name' | 'kind' | 'contract'> & { readonly members: Set<string> }) | undefined
  let isDoc = false
  for (const line of textOf(file).split('\n')) {
    if (/^\s*\/\*\*/.test(line)) {
      doc = []
      isDoc = true
    }
    if (isDoc) {
      doc?.push(line.replace(/^\s*(\/\*\*|\*\/|\*)? ?/, '').replace(/ ?\*\/$/, ''))
      isDoc = !line.trimEnd().endsWith('*/')
      continue
    }
    const top = declaration.exec(line)
    const inner = within && member.exec(line)
    const text = doc?.join('\n')
    if (top) {
      const [, kind, name = '', parent] = top
      const contract = keeps.exec(line)?.[1]
      const head = { name, kind: kind as Declared['kind'], contract }
      const isCall = kind === 'function'
      found.push({ ...head, isOptional: false, isCall, doc: text, ...(kind === 'class' && { parent }) })
      within =
        (kind === 'class' || kind === 'interface') && line.endsWith('{')
          ? { ...head, members: new Set() }
          : undefined
    } else if (inner && within && !inner[1]?.startsWith('[')) {
      const [, own = '', optional, mark] = inner
      const kind = mark === '(' && !line.includes(' get ') ? 'method' : 'property'
      const name = `${within.name}.${own}`
      const isCall = kind === 'method' && within.kind === 'class'
      const entry = { name, kind, isCall, isOptional: optional !== undefined, doc: text } as const
      // The second of two overloads has its text in the first.
      if (!within.members.has(own)) found.push({ ...entry, contract: within.contract })
      within.members.add(own)
    } else if (line.startsWith('}')) {
      within = undefined
    }
    if (line.trim() !== '') doc = undefined
  }
  return found
}
