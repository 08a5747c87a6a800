import { existsSync } from 'node:fs'
import { freePort, onFreePorts } from './free-port.ts'
import { startLocal } from './local-server.ts'
import { NoServer } from './server.ts'
import type { OwnServer, Program } from './server.ts'
import { installedMariadb, mysql } from './start-mysql.ts'

/** Where distributions keep the library of Galera. */
const libraries = ['/usr/lib/galera/libgalera_smm.so', '/usr/lib64/galera/libgalera_smm.so']

export interface Galera extends AsyncDisposable {
  /** All take writes. */
  readonly nodes: readonly OwnServer[]
}

/**
 * Starts a Galera cluster of MariaDB on 127.0.0.1, from installed programs; rsync copies the data to each node that joins.
 * Takes about 20 s. Throws `NoServer` where something of it is not installed.
 */
export async function startGalera(count = 3): Promise<Galera> {
  const program = installedMariadb()
  const library = libraries.find(file => existsSync(file))
  if (typeof program === 'string' || library === undefined)
    throw new NoServer('There is no installed mariadbd with Galera here.')
  return onFreePorts(() => startNodes(count, { program, library }))
}

async function startNodes(
  count: number,
  { program, library }: { readonly program: Program; readonly library: string },
): Promise<Galera> {
  const nodes: OwnServer[] = []
  const dispose = async (): Promise<void> => {
    await Promise.all(nodes.map(node => node.stop()))
  }
  const first = await freePort()
  try {
    for (let n = 0; n < count; n++) {
      const group = n === 0 ? first : await freePort()
      const joins = n === 0 ? [] : [first]
      const settings = await galeraSettings({ library, group, joins })
      nodes.push(await startLocal(mysql, program, { settings }))
    }
  } catch (error) {
    await dispose()
    throw error
  }
  return { nodes, [Symbol.asyncDispose]: dispose }
}

async function galeraSettings(place: {
  readonly library: string
  readonly group: number
  readonly joins: readonly number[]
}): Promise<string[]> {
  const { library, group, joins } = place
  const [incremental, snapshot] = [await freePort(), await freePort()]
  const provider = [
    `gmcast.listen_addr=tcp://127.0.0.1:${group}`,
    `ist.recv_addr=127.0.0.1:${incremental}`,
    `base_port=${group}`,
    'gcache.size=32M',
  ]
  return [
    '--wsrep-on=ON',
    `--wsrep-provider=${library}`,
    `--wsrep-provider-options=${provider.join(';')}`,
    '--wsrep-cluster-name=agentmem',
    `--wsrep-cluster-address=gcomm://${joins.map(port => `127.0.0.1:${port}`).join(',')}`,
    `--wsrep-node-address=127.0.0.1:${group}`,
    '--wsrep-sst-method=rsync',
    `--wsrep-sst-receive-address=127.0.0.1:${snapshot}`,
    '--binlog-format=ROW',
    '--innodb-autoinc-lock-mode=2',
    '--innodb-flush-log-at-trx-commit=0',
    '--innodb-buffer-pool-size=32M',
  ]
}
