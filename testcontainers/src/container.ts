import type { Server, ServerKind, StartOptions } from './server.ts'

/** Starts the server in a container; a string says why there is no Docker engine for it. */
export async function startContainer(kind: ServerKind, options: StartOptions): Promise<Server | string> {
  // Loaded only here: it takes longer to load than a server takes to start.
  const { GenericContainer, getContainerRuntimeClient, Wait } = await import('testcontainers')
  try {
    await getContainerRuntimeClient()
  } catch (error) {
    return `no Docker engine answers (${(error as Error).message})`
  }
  const image = options.image ?? process.env[`AGENTMEM_${kind.name.toUpperCase()}_IMAGE`] ?? kind.images[0]
  if (image === undefined) return `there is no image for ${kind.name}`
  const { port, environment } = kind.container
  const described = new GenericContainer(image)
    .withEnvironment({ ...environment })
    .withExposedPorts(port)
    .withWaitStrategy(Wait.forListeningPorts())
  const settings = options.settings ?? []
  const container = await (settings.length > 0 ? described.withCommand([...settings]) : described).start()
  const urlNow = (): string => kind.urlOf(container.getHost(), container.getMappedPort(port))
  let stopped = false
  const stop = async (): Promise<void> => {
    if (stopped) return
    stopped = true
    await container.stop()
  }
  try {
    return {
      name: kind.name,
      url: urlNow(),
      rung: 'docker',
      version: `${await untilAnswered(() => kind.probe(urlNow()))}, image ${image}`,
      stop,
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** A database image listens once while it sets itself up, and then again: one answer is waited for. */
async function untilAnswered(probe: () => Promise<string>): Promise<string> {
  const deadline = Date.now() + 60_000
  for (;;) {
    try {
      return await probe()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await new Promise(resolve => setTimeout(resolve, 200))
    }
  }
}
