import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { hearLines } from '../opening/lines-of.ts'

test('what a process prints as JSON lines is heard as it was printed, whatever is in it, but for a line without an end', async () => {
  const said = [
    'U+2028 \u2028 and U+2029 \u2029',
    'next line \u0085, a \r and a \n',
    '\u65e5\u672c\u8a9e \u{1f375}',
    '',
  ]
  const script = `
    for (const byte of Buffer.from(process.argv[1])) require('node:fs').writeSync(1, Buffer.of(byte))
  `
  const text = `${said.map(each => `${JSON.stringify(each)}\n`).join('')}"cut`
  const child = spawn(process.execPath, ['-e', script, text], { stdio: ['ignore', 'pipe', 'inherit'] })
  const heard: unknown[] = []
  await hearLines(child, line => heard.push(JSON.parse(line)))
  expect(heard).toEqual(said)
})
