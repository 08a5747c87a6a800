import { MemoryError } from '@agentmem/core/adapter'

/** The connection, or `TIMEOUT` when none became free in time; one that comes later is given back. */
export async function within<Connection>(
  timeoutMs: number,
  connecting: Promise<Connection>,
  giveBack: (late: Connection) => void,
): Promise<Connection> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<undefined>(resolve => {
    timer = setTimeout(resolve, timeoutMs, undefined)
  })
  const connection = await Promise.race([connecting, tooLate]).finally(() => clearTimeout(timer))
  if (connection !== undefined) return connection
  connecting.then(giveBack, () => undefined)
  throw new MemoryError(
    'TIMEOUT',
    `No connection to MySQL became free within ${timeoutMs} ms; use a larger pool, or wait longer (acquireTimeoutMs).`,
  )
}
