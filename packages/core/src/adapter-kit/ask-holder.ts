import { once } from 'node:events'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

/** Who has something open. */
export interface Holder {
  readonly pid: number
  /** The file that the process runs; '' where there is none. */
  readonly script: string
  /** When it was opened, in ISO 8601. */
  readonly since: string
}

/** What one claimant asks another: it says who it is itself. The smaller id goes first. */
export interface ClaimQuestion extends Holder {
  readonly id: string
}

/** `yields` is true when the one that was asked holds nothing yet, and leaves it to the one that asks. */
export interface ClaimReply extends Holder {
  readonly yields: boolean
}

/** How long an answer is waited for: what runs in the holder's thread may keep it from answering at once. */
const answerMs = 2_000

/**
 * Asks who listens at a socket. `'nobody'`: the one that did has closed it, or is dead, as the kernel closes the sockets
 * of the dead, however they died. `'silent'`: somebody is there, and does not answer.
 */
export async function askHolder(
  path: string,
  question: ClaimQuestion,
): Promise<ClaimReply | 'nobody' | 'silent'> {
  return atShortPath(path, async short => {
    const socket = connect(short)
    try {
      const signal = AbortSignal.timeout(answerMs)
      await once(socket, 'connect', { signal })
      socket.write(`${JSON.stringify(question)}\n`)
      // The signal ends a wait for an answer by an error of the socket.
      signal.addEventListener('abort', () => socket.destroy(new Error('no answer')))
      let text = ''
      for await (const chunk of socket.setEncoding('utf8')) text += String(chunk)
      return JSON.parse(text) as ClaimReply
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      return code === 'ECONNREFUSED' || code === 'ENOENT' ? 'nobody' : 'silent'
    } finally {
      socket.destroy()
    }
  })
}

/** The path of a socket has 108 bytes with its end on Linux, 104 elsewhere. */
const longestPath = 103

/** Lends a socket in a deep folder a path that is short enough, by way of a link that is gone afterwards. */
export async function atShortPath<T>(path: string, use: (path: string) => Promise<T>): Promise<T> {
  if (process.platform === 'win32' || Buffer.byteLength(path) <= longestPath) return use(path)
  const links = await mkdtemp(join(tmpdir(), 'agentmem-'))
  try {
    await symlink(dirname(path), join(links, 'f'))
    return await use(join(links, 'f', basename(path)))
  } finally {
    await rm(links, { recursive: true, force: true })
  }
}
