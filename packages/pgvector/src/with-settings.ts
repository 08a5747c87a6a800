import type { PostgresConnection } from '@agentmem/postgres/connection'
import { send } from './send.ts'

/** Runs work on a connection that has these settings, and gives it back with those that it had before. */
export async function withSettings(
  connection: PostgresConnection,
  settings: Readonly<Record<string, string>>,
  work: () => Promise<void>,
): Promise<void> {
  const names = Object.keys(settings)
  const current = names.map(name => `current_setting('${name}') as ${name}`)
  const changes = names.map((name, i) => `set_config('${name}', $${i + 1}, false)`)
  const set = (values: Readonly<Record<string, string>>): Promise<unknown> =>
    send(
      connection,
      `select ${changes.join(', ')}`,
      names.map(name => values[name] ?? ''),
    )
  const [before = {}] = await send<Record<string, string>>(connection, `select ${current.join(', ')}`)
  await set(settings)
  try {
    await work()
  } finally {
    // Others would get a connection without a time limit.
    await set(before).catch(() => connection.drop())
  }
}
