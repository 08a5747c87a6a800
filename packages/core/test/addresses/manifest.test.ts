import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { optionsOf } from '../../src/addresses/backend-options.ts'
import { parseBackendUrl } from '../../src/addresses/backend-url.ts'
import { findPackage, moduleOf } from '../../src/addresses/find-package.ts'
import { findBackend } from '../../src/addresses/load-backend.ts'
import type { AddressForm, Manifest, Part } from '../../src/addresses/manifest.ts'
import { readManifest } from '../../src/addresses/read-manifest.ts'
import { installPackage } from './install-package.ts'
import { newFolder } from './new-folder.ts'

const manifest: Manifest = { part: 'index', scheme: 'qdrant', open: 'openQdrantIndex', from: 'url' }
const wanted = { part: 'index', scheme: 'qdrant' } as const

describe('a manifest is refused', () => {
  test.each<[string, unknown, string, RegExp]>([
    ['that is no object', 'index', 'UNSUPPORTED', /^qdrant has no field "agentmem" in its package\.json/],
    ['of another part', { ...manifest, part: 'store' }, 'INVALID_ARGUMENT', /^qdrant is a store/],
    [
      'of no part',
      { ...manifest, part: 'cache' },
      'UNSUPPORTED',
      /^qdrant has a manifest without a known part/,
    ],
    [
      'of another scheme',
      { ...manifest, scheme: 'x' },
      'UNSUPPORTED',
      /^qdrant .* another scheme than qdrant/,
    ],
    ['without a function', { ...manifest, open: 1 }, 'UNSUPPORTED', /^qdrant .* without the function/],
    [
      'of no known form',
      { ...manifest, from: 'toString' },
      'UNSUPPORTED',
      /^qdrant .* known form of address/,
    ],
    ['beside no scheme', { ...manifest, beside: 1 }, 'UNSUPPORTED', /^qdrant .* beside is no scheme/],
  ])('%s', (_what, agentmem, code, message) => {
    const read = (): Manifest => readManifest('qdrant', { agentmem }, wanted)
    expect(read).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) as string }))
  })
})

describe('an address becomes what the manifest says', () => {
  const store = { url: parseBackendUrl('sqlite:./m.db', 'store'), scheme: 'sqlite' }

  test.each<[AddressForm, string, object]>([
    ['url', 'qdrant://host/x', { url: 'qdrant://host/x' }],
    ['url', 'qdrant:https://host/x', { url: 'https://host/x' }],
    ['path', 'qdrant:./vectors', { path: './vectors' }],
    ['path', 'qdrant:///vectors', { path: '/vectors' }],
    ['path-or-uri', 'qdrant:./vectors', { path: './vectors' }],
    ['path-or-uri', 'qdrant:s3://bucket/x', { uri: 's3://bucket/x' }],
    ['file-url', 'qdrant:vectors.db', { url: 'file:vectors.db' }],
    ['file-url', 'qdrant:http://host', { url: 'http://host' }],
    ['file-url', 'qdrant://host', { url: 'qdrant://host' }],
    ['model', 'qdrant:small', { model: 'small' }],
    ['model', 'qdrant', {}],
  ])('(%s, %s)', (from, url, options) => {
    const around = { dimensions: 8, store }
    const parsed = parseBackendUrl(url, 'index')
    expect(optionsOf({ ...manifest, from }, parsed, around)).toEqual({ ...options, dimensions: 8 })
    expect(optionsOf({ ...manifest, from, part: 'store' }, parsed, around)).toEqual(options)
  })
})

describe('the module of a package is found', () => {
  test.each([
    ['when it is for imports alone', { '.': { import: { types: './index.d.ts', default: './index.js' } } }],
    ['when it is one file', './index.js'],
    ['when it is the first that fits', [{ browser: './none.js' }, './index.js']],
    ['when nothing is said of exports', undefined],
  ])('%s', async (_what, exports) => {
    const folder = await newFolder()
    await installPackage(folder, 'agentmem-qdrant', 'export const found = true', { exports })
    const found = findPackage('agentmem-qdrant', join(folder, 'package.json'))
    const module = (found && moduleOf(found)) ?? ''
    expect(await import(module)).toMatchObject({ found: true })
  })

  test('or not, when it exports other modules alone', async () => {
    const folder = await newFolder()
    await installPackage(folder, 'agentmem-qdrant', '', { exports: { './other': './index.js' } })
    const found = findPackage('agentmem-qdrant', join(folder, 'package.json'))
    expect(found && moduleOf(found)).toBeUndefined()
  })
})

const paths = ['../qdrant:x', '.qdrant', 'a/qdrant:x', 'a.b:x', 'C:\\m', '@agentmem/hnsw']

test.each([...paths, '-q:', '__proto__', 'q+a:'])(
  '%s has no scheme, so that no package is looked for',
  url => {
    expect(() => parseBackendUrl(url, 'index')).toThrow('The address of the index is SCHEME:ADDRESS')
  },
)

test.each(['constructor', 'tostring', 'faiss'])('%s is the scheme of no backend', async scheme => {
  const found = findBackend('index', { scheme, address: '', url: scheme })
  await expect(found).rejects.toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
})

describe('the manifests of this workspace', () => {
  const folder = join(import.meta.dirname, '../../..')
  const packageJsons = readdirSync(folder)
    .map(name => join(folder, name, 'package.json'))
    .filter(file => existsSync(file))
    .map(file => JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)
  const backends = packageJsons.filter(({ agentmem }) => agentmem !== undefined)

  test.each(backends.map(packageJson => [String(packageJson['name']), packageJson] as const))(
    'that of %s is one that is read',
    (name, packageJson) => {
      const { part } = packageJson['agentmem'] as { part: Part }
      const scheme = name.replace('@agentmem/', '')
      expect(readManifest(name, packageJson, { part, scheme })).toMatchObject({ part, scheme })
    },
  )
})
