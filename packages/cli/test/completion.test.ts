import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { agentmem, newFolder } from './run-agentmem.ts'

/** Whether a shell is not on this machine. */
function isMissing(name: string): boolean {
  return spawnSync(name, ['--version']).error !== undefined
}

/** Runs shell code beside a file with the completion script; returns what it prints, line by line. */
async function runIn(shell: string, args: readonly string[], code: string): Promise<string[]> {
  const folder = await newFolder()
  const { stdout: script } = await agentmem(folder, ['completion', shell])
  await writeFile(join(folder, 'script'), script)
  const { stdout, stderr, status } = spawnSync(shell, [...args, code], { cwd: folder, encoding: 'utf8' })
  expect([stderr, status]).toEqual(['', 0])
  return stdout.split('\n').filter(line => line !== '')
}

describe.skipIf(isMissing('bash'))(
  'the completion of bash (skipped where bash is not on this machine)',
  () => {
    const offered = (...words: string[]): Promise<string[]> => {
      const typed = words.map(word => `'${word}'`).join(' ')
      const code = `source ./script; COMP_WORDS=(agentmem ${typed}); COMP_CWORD=${words.length}; _agentmem; printf '%s\\n' "\${COMPREPLY[@]}"`
      return runIn('bash', ['--norc', '-c'], code)
    }

    test('is correct bash', async () => {
      expect(await runIn('bash', ['--norc', '-c'], 'bash -n ./script')).toEqual([])
    })

    test('offers commands, the options of a command, and the words of an option', async () => {
      expect(await offered('s')).toEqual(['search', 'stats', 'studio'])
      expect(await offered('import', '--fr')).toEqual(['--from'])
      expect(await offered('search', '--mode', '')).toEqual(['hybrid', 'vector', 'text'])
      expect(await offered('--store', 'sqlite:a.db', 'list', '--ol')).toEqual(['--oldest'])
      expect(await offered('stats', '--repair')).toEqual([])
    })
  },
)

describe.skipIf(isMissing('zsh'))('the completion of zsh (skipped where zsh is not on this machine)', () => {
  test('is correct zsh, and completes agentmem', async () => {
    expect(await runIn('zsh', ['-f', '-c'], 'zsh -n ./script')).toEqual([])
    const code = 'compdef() { print $1 completes $2 }; source ./script; whence -w _agentmem'
    expect(await runIn('zsh', ['-f', '-c'], code)).toEqual([
      '_agentmem completes agentmem',
      '_agentmem: function',
    ])
  })

  test('offers what it describes', async () => {
    const code = `compdef() { }; source ./script
      _describe() { print -l $commands }
      _arguments() { print -l -- "$@" }
      words=(agentmem '') CURRENT=2; _agentmem
      words=(agentmem search '') CURRENT=3; _agentmem`
    const lines = await runIn('zsh', ['-f', '-c'], code)
    expect(lines).toContain('search:find the memories that answer a text')
    expect(lines.find(line => line.startsWith('--mode['))).toMatch(/:MODE:\(hybrid vector text\)$/)
  })
})

describe.skipIf(isMissing('fish'))(
  'the completion of fish (skipped where fish is not on this machine)',
  () => {
    const offered = (line: string): Promise<string[]> =>
      runIn('fish', ['--no-config', '-c'], `source ./script; complete -C '${line}'`)

    /** Without what fish says of each. */
    const wordsOf = (lines: readonly string[]): string[] => lines.map(line => line.split('\t')[0] ?? '')

    test('is correct fish', async () => {
      expect(await runIn('fish', ['--no-config', '-c'], 'fish --no-execute ./script')).toEqual([])
    })

    test('offers commands, the options of a command, and the words of an option', async () => {
      expect(await offered('agentmem sea')).toEqual(['search\tfind the memories that answer a text'])
      expect(wordsOf(await offered('agentmem import --fr'))).toEqual(['--from'])
      expect(wordsOf(await offered('agentmem search --mode '))).toEqual(['hybrid', 'text', 'vector'])
    })
  },
)

test('a shell that there is no script for is named', async () => {
  const { code, stderr } = await agentmem(await newFolder(), ['completion', 'tcsh'])
  expect([code, stderr]).toEqual([2, "agentmem: completion takes bash, zsh, fish, not 'tcsh'.\n"])
})
