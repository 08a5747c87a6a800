import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

import { expect, test } from 'vitest'

/** Each room and the rooms that it may import, lowest first. The commands beside the rooms may import all of them. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  measured: [],
  floors: [],
  machine: ['measured'],
  terminal: ['measured'],
  retrieval: ['measured'],
  opening: ['measured', 'floors'],
  scenarios: ['measured', 'floors'],
  peers: ['opening', 'scenarios'],
  report: ['measured'],
  run: ['measured', 'floors', 'machine', 'opening', 'scenarios', 'peers', 'report'],
  figures: ['measured', 'floors', 'terminal', 'opening', 'scenarios'],
}
/** Beside the rooms: folders that hold no code of the benchmarks. */
const notRooms = ['node_modules', 'results', 'test']

const root = join(import.meta.dirname, '..')
const folders = readdirSync(root, { withFileTypes: true })
  .filter(entry => entry.isDirectory() && !notRooms.includes(entry.name))
  .map(({ name }) => name)
const files = [
  ...readdirSync(root).filter(name => name.endsWith('.ts')),
  ...folders.flatMap(folder =>
    readdirSync(join(root, folder), { encoding: 'utf8', recursive: true })
      .filter(name => name.endsWith('.ts') && !name.split(/[/\\]/).includes('node_modules'))
      .map(name => join(folder, name)),
  ),
]
/** The files of the benchmarks that each file imports, types included. */
const imports = new Map(
  files.map(file => {
    const text = readFileSync(join(root, file), 'utf8')
    const targets = [...text.matchAll(/(?:\bfrom |\bimport\()'(\.[^']+)'/g)].map(match =>
      relative('', join(dirname(file), match[1] ?? '')),
    )
    return [file, targets.filter(target => !target.startsWith('..'))] as const
  }),
)
const roomOf = (file: string): string => file.split(/[/\\]/)[0] ?? ''

test('every folder of the benchmarks is a room', () => {
  expect(folders.toSorted()).toEqual(Object.keys(rooms).toSorted())
})

test('a room imports rooms below it alone, and no two run both ways', () => {
  const names = Object.keys(rooms)
  const upwards = names.flatMap((room, place) =>
    (rooms[room] ?? []).filter(below => !names.slice(0, place).includes(below)),
  )
  expect(upwards).toEqual([])
  const others = [...imports].flatMap(([file, targets]) =>
    targets
      .filter(target => roomOf(file) in rooms && roomOf(target) !== roomOf(file))
      .filter(target => !rooms[roomOf(file)]?.includes(roomOf(target)))
      .map(target => `${file} imports ${target}`),
  )
  expect(others).toEqual([])
})

test('no file imports itself through others', () => {
  const circles: string[] = []
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' > '))
    if (path.includes(file) || done.has(file)) return
    for (const target of imports.get(file) ?? []) visit(target, [...path, file])
    done.add(file)
  }
  for (const file of files) visit(file, [])
  expect(circles).toEqual([])
})
