/** What can be started. */
export type ServerName = 'postgres' | 'mysql' | 'redis'

/**
 * Where a server came from: a URL of the environment, a Docker engine, a program that is installed, or a program
 * from an npm package.
 */
export type Rung = 'environment' | 'docker' | 'installed' | 'npm'

/** A server that answers. */
export interface Server extends AsyncDisposable {
  readonly name: ServerName
  readonly url: string
  readonly rung: Rung
  /** As the server tells it, such as 'PostgreSQL 15.19' or 'MariaDB 10.11.19'. */
  readonly version: string
  /** Stops the server and removes its data; one of the environment is left alone. Idempotent. */
  stop(): Promise<void>
}

/** A server program that was started here, for tests that treat it badly. */
export interface OwnServer extends Server {
  /** Ends it without a word to its clients. */
  kill(): Promise<void>
  /** Kills it, should it run, and starts it again on the same port and data. */
  restart(): Promise<void>
  /** Stops answering, with all connections open. Postgres: takes no new ones, and answers on the others. */
  pause(): void
  resume(): void
}

export interface StartOptions {
  /** Only a program that is started here: for tests that stop it or change its settings. Default false. */
  readonly own?: boolean | undefined
  /** The image for the Docker engine. Default: AGENTMEM_<NAME>_IMAGE of the environment, or the first of `images`. */
  readonly image?: string | undefined
  /** Further arguments for a server that is started here or in a container, such as '-c', 'work_mem=8MB'. */
  readonly settings?: readonly string[] | undefined
}

/** Starts one kind of server. */
export interface Start {
  (options: StartOptions & { readonly own: true }): Promise<OwnServer>
  (options?: StartOptions): Promise<Server>
}

/** No rung of the ladder holds. The message says of each why. */
export class NoServer extends Error {
  override readonly name = 'NoServer'
}

/** How one kind of server is started on each rung. */
export interface ServerKind {
  readonly name: ServerName
  /** Images that the tests are meant to pass on; the first is the default. */
  readonly images: readonly string[]
  /** The port inside a container, and what it needs in its environment. */
  readonly container: { readonly port: number; readonly environment: Readonly<Record<string, string>> }
  /** The URL of a server that has been started here. */
  readonly urlOf: (host: string, port: number) => string
  /** Asks a server for its version, and makes what a test expects to be there. Throws until it answers. */
  readonly probe: (url: string) => Promise<string>
  /** Programs that can be run here, best first; a string says why there is none. */
  readonly programs: readonly (() => Promise<Program | string>)[]
}

/** A server program on this machine. */
export interface Program {
  readonly rung: Rung
  /** Makes the data in an empty folder. */
  readonly prepare: (folder: string, run: Run, port: number) => Promise<void>
  readonly command: (folder: string, port: number) => readonly [file: string, ...args: string[]]
  /** Ends it and its children at once. */
  readonly killSignal: NodeJS.Signals
}

/** Runs a command to its end, as the user that the server runs as. Rejects with its output when it fails. */
export type Run = (file: string, args: readonly string[]) => Promise<void>
