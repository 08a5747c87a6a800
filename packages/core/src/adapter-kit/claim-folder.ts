import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { MemoryError } from '../contracts/errors.ts'
import { askHolder, atShortPath } from './ask-holder.ts'
import type { ClaimQuestion, ClaimReply, Holder } from './ask-holder.ts'

/** A folder that nobody else can claim until it is released, or its process has ended. */
export interface FolderClaim {
  release(): Promise<void>
}

/** The name of a claimant's socket: its process and its id. */
const socketName = /^\.agentmem-(\d+)-[0-9a-f-]{36}$/

/**
 * Claims a folder that is there, for one opening in one process. Throws `UNAVAILABLE` when it is claimed, naming the
 * holder; `what` is what messages call the folder, such as `The PGlite folder`.
 *
 * Every claimant listens at a socket of its own in the folder, and only then looks for the sockets of others and asks
 * them. So of two claimants at least one sees the other; of two that hold nothing yet the one with the smaller id goes
 * on. A socket that refuses belongs to a process that is dead: nothing has to be cleaned up after a kill. Two copies of
 * this module, and two threads, see each other as two processes do.
 */
export async function claimFolder(folder: string, what: string): Promise<FolderClaim> {
  const path = await realpath(folder)
  const claimant = new Claimant()
  try {
    const holder =
      process.platform === 'win32' ? await claimant.claimPipe(path) : await claimant.claimAt(path)
    if (holder) throw taken(`${what} '${folder}'`, holder)
    return claimant
  } catch (error) {
    await claimant.release()
    throw error
  }
}

class Claimant implements FolderClaim {
  readonly #self: ClaimQuestion = {
    id: randomUUID(),
    pid: process.pid,
    script: process.argv[1] ?? '',
    since: new Date().toISOString(),
  }
  readonly #server: Server = createServer(socket => this.#answer(socket)).unref()
  #socket: string | undefined
  #holds = false
  #lostTo: Holder | undefined

  /** Returns who holds the folder, undefined when this claimant does. */
  async claimAt(folder: string): Promise<Holder | undefined> {
    const place = await this.#listenIn(folder)
    const others = (await readdir(place)).filter(name => socketName.test(name) && name !== this.#name)
    const holders = await Promise.all(others.map(name => this.#ask(place, name)))
    const holder = holders.find(each => each !== undefined) ?? this.#lostTo
    // In the same step as the look at `lostTo`: from here on nobody is yielded to.
    this.#holds = holder === undefined
    return holder
  }

  /** The pipes of Windows need no files: the name of one is taken while its process lives. */
  async claimPipe(folder: string): Promise<Holder | undefined> {
    const pipe = String.raw`\\.\pipe\agentmem-${hashOf(folder.toLowerCase())}`
    this.#holds = true
    try {
      await this.#listen(pipe)
      return undefined
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    }
    const reply = await askHolder(pipe, this.#self)
    return typeof reply === 'string' ? { pid: 0, script: '', since: '' } : reply
  }

  async release(): Promise<void> {
    if (this.#socket !== undefined) await rm(this.#socket, { force: true })
    this.#server.close()
  }

  get #name(): string {
    return `.agentmem-${this.#self.pid}-${this.#self.id}`
  }

  /** Returns where the sockets of this folder are: in it, or in the system's temporary folder where it can have none. */
  async #listenIn(folder: string): Promise<string> {
    try {
      await this.#appearIn(folder)
      return folder
    } catch {
      const place = join(tmpdir(), `agentmem-claims-${hashOf(folder)}`)
      await mkdir(place, { recursive: true })
      await this.#appearIn(place)
      return place
    }
  }

  /** A socket gets the name by which it is found when it listens: one that is found and refuses is dead. */
  async #appearIn(place: string): Promise<void> {
    const hidden = join(place, `.new-${this.#self.id}`)
    await atShortPath(hidden, path => this.#listen(path))
    this.#socket = join(place, this.#name)
    await rename(hidden, this.#socket)
  }

  async #listen(path: string): Promise<void> {
    this.#server.listen(path)
    await once(this.#server, 'listening')
  }

  /** Returns the owner of a socket when the folder is its own, and removes the socket of a dead one. */
  async #ask(place: string, name: string): Promise<Holder | undefined> {
    const path = join(place, name)
    const reply = await askHolder(path, this.#self)
    if (reply === 'nobody') await rm(path, { force: true })
    if (reply === 'nobody' || (reply !== 'silent' && reply.yields)) return undefined
    if (reply !== 'silent') return reply
    // Who gives a claim up removes its socket first, and then answers nobody any more.
    const found = await stat(path).catch(() => undefined)
    if (!found) return undefined
    const { birthtime } = found
    return { pid: Number(socketName.exec(name)?.[1]), script: '', since: birthtime.toISOString() }
  }

  #answer(socket: Socket): void {
    let text = ''
    socket.unref()
    socket.on('error', () => undefined)
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      if (!text.includes('\n')) return
      socket.removeAllListeners('data')
      try {
        socket.end(JSON.stringify(this.#replyTo(JSON.parse(text) as ClaimQuestion)))
      } catch {
        socket.destroy()
      }
    })
  }

  #replyTo(other: ClaimQuestion): ClaimReply {
    const { pid, script, since, id } = this.#self
    const yields = !this.#holds && other.id < id
    if (yields) this.#lostTo ??= other
    return { pid, script, since, yields }
  }
}

function hashOf(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 32)
}

function taken(folder: string, { pid, script, since }: Holder): MemoryError {
  const isOwn = pid === process.pid
  const who = isOwn ? `this process (${pid})` : pid === 0 ? 'another process' : `process ${pid}`
  const facts = [script && ` running ${script}`, since && ` since ${since}`].join('')
  const advice = isOwn
    ? 'use what is open, or close it first; code that is loaded again, as by a hot reload, keeps it in globalThis'
    : 'close it there, or wait until that process has ended'
  return new MemoryError('UNAVAILABLE', `${folder} is open already, in ${who}${facts}; ${advice}.`)
}
