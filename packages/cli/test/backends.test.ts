import { describe, expect, test } from 'vitest'
import { coreModule, installPackage } from '../../core/test/addresses/install-package.ts'
import { agentmem, installedAlone, newFolder } from './run-agentmem.ts'

describe('a backend that is not installed', () => {
  test.each([
    ['--store', 'postgres://db/m', '@agentmem/postgres'],
    ['--store', 'postgresql://db/m', '@agentmem/postgres'],
    ['--store', 'mysql://db/m', '@agentmem/mysql'],
    ['--store', 'mariadb://db/m', '@agentmem/mysql'],
    ['--store', 'libsql://db', '@agentmem/libsql'],
    ['--store', 'pglite:./folder', '@agentmem/pglite'],
    ['--index', 'lancedb:./folder', '@agentmem/lancedb'],
    ['--index', 'pgvector:', '@agentmem/pgvector'],
    ['--index', 'usearch:./folder', '@agentmem/usearch'],
    ['--embedder', 'fastembed:bge-small-en-v1.5', '@agentmem/fastembed'],
  ])('(%s %s) is named with the command that installs it', async (option, url, name) => {
    const program = await installedAlone()
    const { code, stderr } = await agentmem(await newFolder(), ['import', '-', option, url], { program })
    expect(stderr).toBe(`agentmem: ${name} is not installed. Run:\n  npm install ${name}\n`)
    expect(code).toBe(1)
  })

  test('is named with the others that are missing', async () => {
    const args = ['stats', '--store', 'postgres://db/m', '--index', 'pgvector:', '--json']
    const program = await installedAlone()
    const { stdout, stderr } = await agentmem(await newFolder(), args, { program })
    expect(stderr).toContain('npm install @agentmem/postgres @agentmem/pgvector\n')
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'NOT_INSTALLED' } })
  })
})

describe('a backend that is installed in the project', () => {
  test('is opened with its URL', async () => {
    const folder = await newFolder()
    const reporting = (name: string, open: string, made: string): Promise<void> =>
      installPackage(
        folder,
        name,
        `
        import { ExactIndex, HashEmbedder, MapStore } from ${coreModule}
        export async function ${open}(options) {
          process.stderr.write(JSON.stringify(options) + '\\n')
          return ${made}
        }`,
      )
    await reporting('@agentmem/postgres', 'openPostgresStore', 'new MapStore()')
    await reporting('@agentmem/pgvector', 'openPgvectorIndex', 'new ExactIndex(options.dimensions)')
    await reporting('@agentmem/fastembed', 'openFastEmbedder', 'new HashEmbedder({ dimensions: 16 })')
    const args = [
      'stats',
      '--store',
      'postgres://db/m',
      '--index',
      'pgvector:',
      '--embedder',
      'fastembed:tiny',
    ]
    const { code, stdout, stderr } = await agentmem(folder, args)
    expect(
      stderr
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line) as object),
    ).toEqual([{ model: 'tiny' }, { url: 'postgres://db/m' }, { url: 'postgres://db/m', dimensions: 16 }])
    expect(code).toBe(0)
    expect(stdout).toContain('16 dimensions')
  })

  describe('an index that is somewhere of its own, or where the store is,', () => {
    const core = `import { ExactIndex, MapStore } from ${coreModule}`
    const shown = (open: string): string => `${core}
      export async function ${open}(options) {
        process.stderr.write(JSON.stringify(options) + '\\n')
        return new ExactIndex(options.dimensions)
      }`
    const folderWith = async (): Promise<string> => {
      const folder = await newFolder()
      const store = (open: string): string => `${core}\nexport const ${open} = () => new MapStore()`
      await installPackage(folder, '@agentmem/postgres', store('openPostgresStore'))
      await installPackage(folder, '@agentmem/mysql', store('openMysqlStore'))
      await installPackage(folder, '@agentmem/pglite', store('openPgliteStore'))
      await installPackage(folder, '@agentmem/pgvector', shown('openPgvectorIndex'))
      await installPackage(folder, '@agentmem/lancedb', shown('openLancedbIndex'))
      return folder
    }

    test.each([
      ['postgres://db/m', 'pgvector:', { url: 'postgres://db/m' }],
      ['mysql://db/m', 'pgvector:postgres://other/v', { url: 'postgres://other/v' }],
      ['postgres://db/m', 'pgvector:postgresql://other/v', { url: 'postgresql://other/v' }],
      ['mysql://db/m', 'lancedb:./vectors', { path: './vectors' }],
    ])('is opened there (%s, %s)', async (store, index, options) => {
      const args = ['stats', '--store', store, '--index', index]
      const { code, stderr } = await agentmem(await folderWith(), args)
      expect(JSON.parse(stderr)).toEqual({ ...options, dimensions: 384 })
      expect(code).toBe(0)
    })

    test.each([
      ['mysql://db/m', 'pgvector:', 'the store is mysql; name a database, such as pgvector:postgres://'],
      ['pglite:.', 'pgvector:', 'the store is pglite; name a database, such as pgvector:postgres://'],
      ['postgres://db/m', 'pgvector:./folder', 'does not begin with postgres://; give a URL'],
      [
        'postgres://db/m',
        'sqlite-vec:',
        'the store is postgres; name a file, such as sqlite-vec:./vectors.db',
      ],
    ])('is refused where there is no such place (%s, %s)', async (store, index, message) => {
      const args = ['stats', '--store', store, '--index', index]
      const { code, stderr } = await agentmem(await folderWith(), args)
      expect(stderr).toContain(message)
      expect(code).toBe(2)
    })
  })

  test('but has no function that opens it is named as one of another version', async () => {
    const folder = await newFolder()
    await installPackage(folder, '@agentmem/mysql', 'export const openMySql = 1')
    const { code, stderr } = await agentmem(folder, ['stats', '--store', 'mysql://db'])
    expect(stderr).toContain('@agentmem/mysql has no openMysqlStore')
    expect(code).toBe(1)
  })
})

describe('credentials are never printed', () => {
  /** Fails with all the spellings of its URL that a driver may use: when opened, or later. */
  const talkative = (when: 'open' | 'later'): string => `
    import { MapStore } from ${coreModule}
    export async function openPostgresStore({ url }) {
      const { username, password, searchParams } = new URL(url)
      const fail = () => {
        throw new Error([url, username + ':' + password, password, decodeURIComponent(password), searchParams.get('authToken')].join(' | '))
      }
      if (${JSON.stringify(when)} === 'open') fail()
      const store = new MapStore()
      store.stats = async () => fail()
      return store
    }`
  const url = 'postgres://ada:s3cr%40t-pa55@db.example/m?authToken=t0k3n&sslmode=require'
  const secrets = /s3cr|pa55|t0k3n/

  test.each([
    ['open', ['stats']],
    ['open', ['import', '-', '--json']],
    ['later', ['stats', '--json']],
    ['later', ['export']],
  ] as const)('when the backend shows them in an error (%s: %s)', async (when, args) => {
    const folder = await newFolder()
    await installPackage(folder, '@agentmem/postgres', talkative(when))
    const { code, stdout, stderr } = await agentmem(folder, [...args, '--store', url])
    expect(stderr).toContain('***')
    expect(stdout + stderr).not.toMatch(secrets)
    expect(code).toBe(1)
  })

  test.each([url, 'postgres://ada:s3cr@t/pa55?t0k3n@db.example/m'])(
    'by stats, which shows the rest of %s',
    async url => {
      const folder = await newFolder()
      const code = `import { MapStore } from ${coreModule}\nexport const openPostgresStore = () => new MapStore()`
      await installPackage(folder, '@agentmem/postgres', code)
      const env = { AGENTMEM_STORE: url }
      const [text, json] = await Promise.all([
        agentmem(folder, ['stats'], { env }),
        agentmem(folder, ['stats', '--json'], { env }),
      ])
      expect(text.stdout).toContain('postgres://***@db.example/m\n')
      expect(json.stdout).toContain('"postgres://***@db.example/m"')
      expect(text.stdout + text.stderr + json.stdout + json.stderr).not.toMatch(secrets)
    },
  )

  test.each([
    ['as a command', [url]],
    ['as an operand', ['stats', url]],
    ['behind a misspelt option', ['stats', `--sotre=${url}`]],
    ['behind an option of something else', ['search', 'x', '--user', 'a', '--top-k', url]],
    ['with @, / and ? in the password', ['stats', '--store', 'postgres://ada:s3cr@t/pa55?t0k3n@db/m']],
    ['the same as an operand', ['stats', 'postgres://ada:s3cr@t/pa55?t0k3n@db/m']],
    ['when the package is missing', ['stats', '--store', url]],
  ])('in a wrong command line: %s', async (_what, args) => {
    const { code, stdout, stderr } = await agentmem(await newFolder(), [...args, '--json'])
    expect(stdout + stderr).not.toMatch(secrets)
    expect(code).toBeGreaterThan(0)
  })
})
