import { startContainer } from './container.ts'
import { startLocal } from './local-server.ts'
import { NoServer } from './server.ts'
import type { OwnServer, Server, ServerKind, StartOptions } from './server.ts'

/**
 * Takes the first rung that holds: the URL of the environment, a Docker engine, an installed server, one from npm.
 * Never a server that merely happens to run. Prints which it was; throws `NoServer` when none holds.
 */
export function startServer(
  kind: ServerKind,
  options: StartOptions & { readonly own: true },
): Promise<OwnServer>
export function startServer(kind: ServerKind, options?: StartOptions): Promise<Server>
export async function startServer(kind: ServerKind, options: StartOptions = {}): Promise<Server> {
  const server = await climb(kind, options)
  console.error(`${kind.name}: ${server.version} (${server.rung})`)
  return server
}

/** The variable that names a server to be used as it is. */
export function urlVariable({ name }: Pick<ServerKind, 'name'>): string {
  return `AGENTMEM_${name.toUpperCase()}_URL`
}

async function climb(kind: ServerKind, options: StartOptions): Promise<Server> {
  const reasons: string[] = []
  if (!options.own) {
    const variable = urlVariable(kind)
    const given = process.env[variable]
    if (given !== undefined && given !== '') return fromEnvironment(kind, given, variable)
    const contained = await startContainer(kind, options)
    if (typeof contained !== 'string') return contained
    reasons.push(`${variable} is not set`, contained)
  }
  for (const find of kind.programs) {
    const program = await find()
    if (typeof program !== 'string') return startLocal(kind, program, options)
    reasons.push(program)
  }
  throw new NoServer(`There is no ${kind.name} server here: ${reasons.join('; ')}.`)
}

/** A URL that leads nowhere is an error: to go on with another server would test something else. */
async function fromEnvironment(kind: ServerKind, url: string, variable: string): Promise<Server> {
  const version = await kind.probe(url).catch((error: unknown) => {
    throw new Error(`${variable} is set, but that server does not answer`, { cause: error })
  })
  const stop = async (): Promise<void> => undefined
  return { name: kind.name, url, rung: 'environment', version, stop, [Symbol.asyncDispose]: stop }
}
