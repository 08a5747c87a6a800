import { claimFolder } from '@agentmem/core/adapter'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, it } from 'vitest'

let folder: string
const children: ChildProcess[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmem-claim-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) await killed(child)
  await rm(folder, { recursive: true })
})

const taken = (who: string | number, folder: string): unknown =>
  expect.objectContaining({
    code: 'UNAVAILABLE',
    retryable: true,
    message: expect.stringMatching(
      new RegExp(`The test folder '${folder}' is open already, in .*${who}.* since 20`),
    ) as string,
  })

/** Starts a process that claims the folder; returns what it prints, a line a claim. */
async function claimElsewhere(
  path: string,
  { copies = 1 } = {},
): Promise<{ child: ChildProcess; lines: unknown[] }> {
  const script = join(import.meta.dirname, 'claim-process.mjs')
  const child = spawn(process.execPath, [script, path, String(copies)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  children.push(child)
  const lines: unknown[] = []
  for await (const line of createInterface(child.stdout)) {
    lines.push(line === 'claimed' ? line : JSON.parse(line))
    if (lines.length === copies) break
  }
  return { child, lines }
}

async function killed(child: ChildProcess): Promise<void> {
  const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
  child.kill('SIGKILL')
  await gone
}

it('a folder is claimed once in a process, and again when it was released', async () => {
  const first = await claimFolder(folder, 'The test folder')
  await expect(claimFolder(folder, 'The test folder')).rejects.toEqual(taken(`this process`, folder))
  await first.release()
  const second = await claimFolder(folder, 'The test folder')
  await second.release()
  await second.release()
  expect(await readdir(folder)).toEqual([])
})

it('code that is loaded twice in a process claims it once', async () => {
  const { lines } = await claimElsewhere(folder, { copies: 2 })
  expect(lines).toEqual(['claimed', taken('this process', folder)])
})

it('a process is refused with the holder’s number and script; a holder that was killed holds nothing', async () => {
  const { child, lines } = await claimElsewhere(folder)
  expect(lines).toEqual(['claimed'])
  await expect(claimFolder(folder, 'The test folder')).rejects.toEqual(
    taken(`process ${child.pid} running .*claim-process.mjs`, folder),
  )
  await killed(child)
  expect(await readdir(folder)).toHaveLength(1)
  const claim = await claimFolder(folder, 'The test folder')
  expect(await readdir(folder)).toHaveLength(1)
  await claim.release()
})

it('a holder that is stopped holds it still', async () => {
  const { child } = await claimElsewhere(folder)
  child.kill('SIGSTOP')
  await expect(claimFolder(folder, 'The test folder')).rejects.toEqual(taken(`process ${child.pid}`, folder))
})

it('of eight claims at once one wins, in one process and in eight', async () => {
  for (let round = 0; round < 20; round++) {
    const claims = await Promise.allSettled(
      Array.from({ length: 8 }, () => claimFolder(folder, 'The test folder')),
    )
    const won = claims.filter(claim => claim.status === 'fulfilled')
    expect(won).toHaveLength(1)
    for (const { value } of won) await value.release()
  }
  const all = await Promise.all(Array.from({ length: 8 }, () => claimElsewhere(folder)))
  expect(all.filter(({ lines }) => lines[0] === 'claimed')).toHaveLength(1)
}, 60_000)

it('a link leads to the same folder', async () => {
  const link = `${folder}-link`
  await symlink(folder, link)
  const claim = await claimFolder(folder, 'The test folder')
  await expect(claimFolder(link, 'The test folder')).rejects.toEqual(taken('this process', link))
  await claim.release()
  await rm(link)
})

it('a folder whose path is too long for a socket is claimed as well', async () => {
  const deep = join(folder, ...Array.from({ length: 8 }, () => 'a-folder-of-a-long-name'))
  await mkdir(deep, { recursive: true })
  const { child } = await claimElsewhere(deep)
  expect(await readdir(deep)).toHaveLength(1)
  await expect(claimFolder(deep, 'The test folder')).rejects.toEqual(taken(`process ${child.pid}`, deep))
  await killed(child)
  await (await claimFolder(deep, 'The test folder')).release()
  expect(await readdir(deep)).toEqual([])
})

it.skipIf(process.platform !== 'linux')('a folder that can have no sockets is claimed as well', async () => {
  const none = '/sys/kernel'
  const claim = await claimFolder(none, 'The test folder')
  await expect(claimFolder(none, 'The test folder')).rejects.toEqual(taken('this process', none))
  await claim.release()
})

it('other files stay, and a socket that talks of something else is somebody', async () => {
  await writeFile(join(folder, '.agentmem-notes'), 'mine')
  const name = '.agentmem-7-00000000-0000-4000-8000-000000000000'
  const server = createServer(socket => socket.resume().end('hello\n')).listen(join(folder, name))
  await once(server, 'listening')
  await expect(claimFolder(folder, 'The test folder')).rejects.toEqual(taken('process 7', folder))
  server.close()
  await once(server, 'close')
  await (await claimFolder(folder, 'The test folder')).release()
  expect(await readdir(folder)).toEqual(['.agentmem-notes'])
})
