import { exactlyOne, optional, path, readOptions, secret, strings, text, whole } from '@agentmem/core/adapter'
import type { OptionReader } from '@agentmem/core/adapter'
import type { LancedbLibraries } from './lancedb-libraries.ts'

export interface LancedbIndexOptions {
  /** A local folder, made when it is missing. Either this or `uri`. */
  readonly path?: string | undefined
  /** An address in place of `path`: `s3://`, `gs://`, `az://`, `file://`, or `memory://` for an index that is not kept. */
  readonly uri?: string | undefined
  /** Numbers in a vector, as many as those of the embedder. From 1 to 65,536. */
  readonly dimensions: number
  /** Access to the object store, passed on as it is: https://docs.lancedb.com/storage/configuration */
  readonly storageOptions?: Readonly<Record<string, string>> | undefined
  /** The table's name in that place: up to 64 letters, digits, `_`, `-`. Default 'memories'. */
  readonly table?: string | undefined
  /** Scopes of at most this size are scanned exactly; a table no larger has no index. Up to 10,000,000; default 5,000. */
  readonly exactUpTo?: number | undefined
  /**
   * Partitions of the index that a search reads, from 1 to 10,000: more find more. A scope that is a fraction of all
   * vectors reads more of them. Default 24.
   */
  readonly probes?: number | undefined
  /** Vectors near by the index that are compared exactly, at least; from 1 to 100,000: more find more. Default 100. */
  readonly candidates?: number | undefined
  /** How long a replaced version is kept for those who still read it, in milliseconds, up to a week. Default 30,000. */
  readonly keepVersionsMs?: number | undefined
  /** LanceDB and Arrow, already loaded, in place of an import: for bundlers, and for tests. */
  readonly lib?: LancedbLibraries | undefined
}

export interface LancedbSettings {
  readonly uri: string
  /** The folder on this machine, where there is one. */
  readonly folder: string | undefined
  /** The folder or the address as messages show it. */
  readonly place: string
  readonly storageOptions: Readonly<Record<string, string>> | undefined
  readonly table: string
  readonly dimensions: number
  readonly exactUpTo: number
  readonly probes: number
  readonly candidates: number
  readonly keepVersionsMs: number
}

const localPath = path('memories.lance')
/** A path that holds an address is a slip: it would make a folder of that name. */
const folderPath: OptionReader<string> = {
  allowed: `${localPath.allowed}, or an address as uri`,
  read: value => (typeof value === 'string' && value.includes('://') ? undefined : localPath.read(value)),
}

const libraries: OptionReader<LancedbLibraries> = {
  allowed: "{ lancedb, arrow }, as import('@lancedb/lancedb') and import('apache-arrow') give them",
  read: value => (isLibraries(value) ? { value } : undefined),
}

/** Fills in the defaults. Throws `INVALID_ARGUMENT`; the values of `storageOptions` are in no message. */
export function readLancedbOptions(
  given: LancedbIndexOptions,
): LancedbSettings & Pick<LancedbIndexOptions, 'lib'> {
  const owner = 'openLancedbIndex'
  const {
    path: folder,
    uri,
    ...options
  } = readOptions(owner, given, {
    path: optional(folderPath),
    // db:// is LanceDB's own cloud service, another client with other guarantees.
    uri: optional(text("an address such as 's3://bucket/folder'", undefined, isStorageAddress)),
    dimensions: whole(1, 65_536),
    storageOptions: optional(secret(strings("{ region: 'eu-west-1' }"))),
    table: text("up to 64 letters, digits, '_' or '-'", 'memories', name =>
      /^[A-Za-z0-9_-]{1,64}$/.test(name),
    ),
    exactUpTo: whole(0, 10_000_000, 5_000),
    probes: whole(1, 10_000, 24),
    candidates: whole(1, 100_000, 100),
    keepVersionsMs: whole(0, 7 * 24 * 3_600_000, 30_000),
    lib: optional(libraries),
  })
  exactlyOne(owner, given, ['path', 'uri'])
  const address = (uri ?? folder) as string
  return { ...options, folder, uri: address, place: folder ?? withoutSecrets(address) }
}

function isStorageAddress(uri: string): boolean {
  return /^(?!db:)[a-z][a-z0-9+.-]*:\/\//.test(uri)
}

/** LanceDB takes credentials from `storageOptions`, but a password or a signature may stand in an address by mistake. */
function withoutSecrets(uri: string): string {
  return uri.replace(/\?.*/s, '').replace(/(:\/\/[^/]*?:)[^/]*@/, '$1***@')
}

function isLibraries(value: unknown): value is LancedbLibraries {
  const { lancedb, arrow } = (value ?? {}) as {
    [Name in keyof LancedbLibraries]?: Partial<LancedbLibraries[Name]>
  }
  return typeof lancedb?.connect === 'function' && typeof arrow?.makeData === 'function'
}
