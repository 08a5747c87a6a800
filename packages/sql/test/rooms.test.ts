import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const source = fileURLToPath(new URL('../src', import.meta.url))
/** Each room imports itself and the rooms before it. The files at the root come last. */
const rooms = ['database', 'log', 'transactions', 'calls', '.']

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'))
const importsOf = new Map(
  files.map(file => {
    const relativeImports = /\bfrom '(\.[^']*)'/g
    const text = readFileSync(join(source, file), 'utf8')
    const paths = Array.from(text.matchAll(relativeImports), ([, path = '']) => path)
    return [file, paths.map(path => relative(source, join(source, dirname(file), path)))] as const
  }),
)

function floorOf(file: string): number {
  return rooms.indexOf(file.includes(sep) ? dirname(file) : '.')
}

test('every file has a room of the list, and imports files that are there', () => {
  expect(files.filter(file => floorOf(file) < 0)).toEqual([])
  expect([...importsOf.values()].flat().filter(file => !files.includes(file))).toEqual([])
})

test('no import leads to a later room', () => {
  const arrows = Array.from(importsOf, ([from, imports]) => imports.map(to => ({ from, to }))).flat()
  expect(arrows.length).toBeGreaterThan(files.length)
  expect(arrows.filter(({ from, to }) => floorOf(to) > floorOf(from))).toEqual([])
})

test('no file imports itself through others', () => {
  const free = new Set<string>()
  const circleFrom = (file: string, path: readonly string[]): string[] => {
    if (free.has(file)) return []
    if (path.includes(file)) return [[...path, file].join(' > ')]
    const circles = (importsOf.get(file) ?? []).flatMap(next => circleFrom(next, [...path, file]))
    free.add(file)
    return circles
  }
  expect(files.flatMap(file => circleFrom(file, []))).toEqual([])
})
