import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './workspace.ts'

/** Something that an entry point of a package exports, or a member of it. */
export interface Documented {
  /** Such as 'Memory', or 'Memory.add'. */
  readonly name: string
  readonly kind: 'class' | 'interface' | 'type' | 'const' | 'function' | 'method' | 'property'
  readonly isOptional: boolean
  /** The text of its docstring; undefined for none. */
  readonly doc: string | undefined
}

const dist = join(root, 'packages/core/dist')

/** All that an entry point of core exports, each followed by its members, as the compiled types have it. */
export function publicFace(entry: string): Documented[] {
  const exported = [...read(entry).matchAll(/^export (?:type )?(\*|\{[^}]*\}) from '(.+?)';$/gms)]
  return exported.flatMap(([, what = '', file = '']) => {
    const names = what === '*' ? undefined : what.replaceAll(/[{}\s]|\btype\b/g, '').split(',')
    return declarationsOf(file).filter(({ name }) => names?.includes(name.split('.')[0] ?? '') ?? true)
  })
}

function read(file: string): string {
  return readFileSync(join(dist, file.replace(/\.ts$/, '.d.ts')), 'utf8')
}

const declaration = /^export (?:declare )?(?:abstract )?(class|interface|type|const|function) (\w+)/
const member = /^ {4}(?:static |readonly |get )*(\[?[\w.'-]+\]?|\[[^\]]+\])(\?)?(?:<.*?>)?([(:])/

function declarationsOf(file: string): Documented[] {
  const found: Documented[] = []
  let doc: string[] | undefined
  let within: { readonly name: string; readonly members: Set<string> } | undefined
  let isDoc = false
  for (const line of read(file).split('\n')) {
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
    if (top) {
      const [, kind, name = ''] = top
      found.push({ name, kind: kind as Documented['kind'], isOptional: false, doc: doc?.join('\n') })
      within =
        /\{$/.test(line) && (kind === 'class' || kind === 'interface')
          ? { name, members: new Set() }
          : undefined
    } else if (inner && within && !/^ {4}(private|protected) /.test(line)) {
      const [, name = '', optional, mark] = inner
      // The second of two overloads has its text in the first.
      if (!within.members.has(name)) {
        const kind = mark === '(' ? 'method' : 'property'
        const isOptional = optional !== undefined
        found.push({ name: `${within.name}.${name}`, kind, isOptional, doc: doc?.join('\n') })
      }
      within.members.add(name)
    } else if (/^\S/.test(line)) {
      // A declaration whose head is longer than a line goes on to its body.
      if (!/^[>)]/.test(line)) within = undefined
    }
    if (line.trim() !== '') doc = undefined
  }
  return found
}
