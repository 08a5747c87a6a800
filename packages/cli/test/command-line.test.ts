import { describe, expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { agentmem, newFolder } from './run-agentmem.ts'
import { sampleFile } from './sample-lines.ts'

const commands = [
  'add',
  'search',
  'list',
  'get',
  'history',
  'delete',
  'count',
  'users',
  'import',
  'export',
  'copy',
  'stats',
  'verify',
  'reembed',
  'mcp',
  'studio',
  'completion',
]

describe('help', () => {
  test('lists every command, the exit codes and the environment', async () => {
    const { code, stdout, stderr } = await agentmem(await newFolder(), ['--help'])
    expect([code, stderr]).toEqual([0, ''])
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'))
    for (const exitCode of [0, 1, 2, 130]) expect(stdout).toMatch(new RegExp(`^  ${exitCode}\\b`, 'm'))
    expect(stdout).toContain('AGENTMEM_STORE')
  })

  test.each(commands)('of %s shows its usage, however it is asked for', async command => {
    const folder = await newFolder()
    const [option, word] = await Promise.all([
      agentmem(folder, [command, '-h']),
      agentmem(folder, ['help', command]),
    ])
    expect(option.code).toBe(0)
    expect(option.stdout).toContain(`Usage: agentmem ${command}`)
    expect(option.stdout).toContain('--store URL')
    expect(option.stdout).toMatch(new RegExp(`^Examples\n  .*agentmem.* ?${command}\\b`, 'm'))
    expect(word).toEqual(option)
  })

  test('is what the name alone prints', async () => {
    const folder = await newFolder()
    const [alone, help] = await Promise.all([agentmem(folder, []), agentmem(folder, ['help'])])
    expect(alone).toEqual(help)
    expect(alone.code).toBe(0)
  })

  test('fits into 110 columns', async () => {
    const folder = await newFolder()
    const texts = await Promise.all(
      [[], ...commands.map(name => [name])].map(name => agentmem(folder, [...name, '-h'])),
    )
    const lines = texts.flatMap(({ stdout }) => stdout.split('\n'))
    expect(lines.length).toBeGreaterThan(100)
    expect(lines.filter(line => line.length > 110)).toEqual([])
  })
})

test('--version prints the version of the package', async () => {
  const { code, stdout } = await agentmem(await newFolder(), ['--version'])
  expect([code, stdout]).toEqual([0, `${manifest.version}\n`])
})

describe('a wrong command line', () => {
  test.each([
    ['with a misspelt command', ['serach', 'x'], /no command 'serach'; did you mean search\?/],
    ['with a misspelt option', ['search', 'x', '--usre', 'ada'], /no option --usre; did you mean --user\?/],
    ['with a misspelt option and =', ['search', 'x', '--topk=3'], /no option --topk; did you mean --top-k\?/],
    ['with an option like none', ['stats', '--frobnicate'], /no option --frobnicate\.$/m],
    [
      'with an option of another command',
      ['stats', '--top-k', '3'],
      /'agentmem stats' has no option --top-k/,
    ],
    ['with an option given twice', ['search', 'x', '--user', 'a', '--user', 'b'], /--user is given twice/],
    ['without the value of an option', ['search', 'x', '--user'], /--user needs a value/],
    [
      'with an option in the place of a value',
      ['search', 'x', '--user', '--threshold', '1'],
      /--user needs a value/,
    ],
    ['with a value for a flag', ['stats', '--json=yes'], /--json takes no value/],
    ['without the file of an import', ['import'], /'agentmem import' needs FILE/],
    ['with a file too many', ['import', 'a', 'b'], /'agentmem import' has no use for 'b'/],
    ['with a search of nobody', ['search', 'x'], /at least one of --user, --agent and --run/],
    [
      'with a number that is none',
      ['search', 'x', '--user', 'a', '--top-k', 'ten'],
      /--top-k takes a number, not 'ten'/,
    ],
    [
      'with a number out of range',
      ['import', 'a', '--batch-size', '0'],
      /--batch-size takes a whole number from 1 to 10,000/,
    ],
    [
      'with a filter that is no JSON',
      ['search', 'x', '--user', 'a', '--where', '{a:1}'],
      /--where takes JSON/,
    ],
    [
      'with a mode that there is not',
      ['search', 'x', '--user', 'a', '--mode', 'word'],
      /--mode takes hybrid, vector or text, not 'word'/,
    ],
    ['with a store that has no scheme', ['stats', '--store', './m.db'], /SCHEME:ADDRESS/],
    [
      'with an unknown store',
      ['stats', '--store', 'sqlit:./m.db'],
      /no store 'sqlit'; did you mean sqlite\?/,
    ],
    [
      'with an unknown index',
      ['import', '/dev/null', '--index', 'faiss:x'],
      /no index 'faiss'\. There are sqlite-vec, /,
    ],
    ['with dimensions that are none', ['import', '/dev/null', '--embedder', 'hash:big'], /such as hash:768/],
  ])('%s ends with exit code 2 and says what to change', async (_what, args, message) => {
    const { code, stdout, stderr } = await agentmem(await newFolder(), args)
    expect(stderr).toMatch(message)
    expect([code, stdout]).toEqual([2, ''])
  })

  test('with --json is reported on stdout as well', async () => {
    const { code, stdout } = await agentmem(await newFolder(), ['search', 'x', '--json'])
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'INVALID_ARGUMENT' } })
  })

  test('such as a filter with an unknown operator is found when the store is asked', async () => {
    const folder = await newFolder()
    await agentmem(folder, ['import', await sampleFile(folder, 3)])
    const where = JSON.stringify({ 'metadata.day': { near: 1 } })
    const { code, stderr } = await agentmem(folder, ['search', 'x', '--user', 'user-1', '--where', where])
    expect(stderr).toMatch(/unknown operator 'near'/)
    expect(code).toBe(2)
  })
})

describe('an error', () => {
  const wrong = async (env: NodeJS.ProcessEnv): Promise<string> =>
    (await agentmem(await newFolder(), ['serach'], { env })).stderr

  test('is in colour where colour is asked for, and nowhere else', async () => {
    const red = '\u001B[31m\u001B[1magentmem:\u001B[22m\u001B[39m There is no'
    expect((await wrong({ FORCE_COLOR: '1' })).startsWith(red)).toBe(true)
    expect(await wrong({})).toMatch(/^agentmem: There is no/)
    expect(await wrong({ NO_COLOR: '1' })).toMatch(/^agentmem: There is no/)
  })
})

test('options may stand before the command', async () => {
  const folder = await newFolder()
  const { code } = await agentmem(folder, ['--store', 'sqlite:./a.db', 'import', await sampleFile(folder, 3)])
  expect(code).toBe(0)
  expect((await agentmem(folder, ['--store=sqlite:a.db', 'stats'])).stdout).toContain('3 memories')
})
